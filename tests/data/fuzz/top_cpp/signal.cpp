#include "parameters.h"

void myproject(
    hls::stream<input_t> &x,
    hls::stream<result_t> &layer4_out
) {
    #pragma HLS DATAFLOW

#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<weight2_t, 48>(w2, "w2.txt");
    }
#endif

    hls::stream<layer6_t> layer6_out("layer6_out");
    hls::stream<layer2_t> layer2_out("layer2_out");
    hls::stream<layer3_t> layer3_out("layer3_out");
    nnet::zeropad1d_cl<input_t, layer6_t, config6>(x, layer6_out); // zp1d_signal

    nnet::conv_1d_cl<layer6_t, layer2_t, config2>(layer6_out, layer2_out, w2, b2); // signal

    nnet::relu<layer2_t, layer3_t, relu_config3>(layer2_out, layer3_out); // signal_relu

    nnet::dense<layer3_t, result_t, config4>(layer3_out, layer4_out, w4, b4); // output

}
