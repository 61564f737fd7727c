#ifndef PARAMETERS_H_
#define PARAMETERS_H_
#include "weights/w2.h"

// hls-fpga-machine-learning insert layer-config
// zp1d_signal
struct config6 : nnet::padding1d_config {
    static const unsigned in_width = N_INPUT_1_1;
    static const unsigned n_chan = N_INPUT_2_1;
    static const unsigned out_width = 66;
    static const unsigned pad_left = 1;
    static const unsigned pad_right = 1;
};

// signal
struct config2_mult : nnet::dense_config {
    static const unsigned n_in = 6;
    static const unsigned n_out = 8;
    static const unsigned io_type = nnet::io_stream;
    static const unsigned strategy = nnet::resource;
    static const unsigned reuse_factor = 3;
    static const unsigned n_zeros = 0;
    static const unsigned multiplier_limit = DIV_ROUNDUP(n_in * n_out, reuse_factor) - n_zeros / reuse_factor;
    typedef model_default_t accum_t;
    typedef weight2_t weight_t;
    template<class x_T, class y_T>
    using product = nnet::product::mult<x_T, y_T>;
};

struct config2 : nnet::conv1d_config {
    static const unsigned pad_left = 0;
    static const unsigned in_width = 66;
    static const unsigned n_chan = N_INPUT_2_1;
    static const unsigned filt_width = 3;
    static const unsigned kernel_size = filt_width;
    static const unsigned n_filt = 8;
    static const unsigned reuse_factor = 3;
    static const unsigned strategy = nnet::resource;
    typedef weight2_t weight_t;
    typedef config2_mult mult_config;
};
const ap_uint<config2::filt_width> config2::pixels[] = {0};

// signal_relu
struct relu_config3 : nnet::activ_config {
    static const unsigned n_in = 512;
    static const unsigned io_type = nnet::io_stream;
};

// output
struct config4 : nnet::dense_config {
    static const unsigned n_in = 512;
    static const unsigned n_out = 3;
    static const unsigned io_type = nnet::io_stream;
    static const unsigned strategy = nnet::resource;
    static const unsigned reuse_factor = 16;
    static const unsigned n_zeros = 0;
    static const unsigned multiplier_limit = DIV_ROUNDUP(n_in * n_out, reuse_factor) - n_zeros / reuse_factor;
    typedef model_default_t accum_t;
    typedef weight4_t weight_t;
    template<class x_T, class y_T>
    using product = nnet::product::mult<x_T, y_T>;
};

#endif
