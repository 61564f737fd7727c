void myproject(
    input_t x[N_INPUT_1_1*2],
    result_t y[3]
) {
    // both
    nnet::clone_stream<t, nnet::array<ap_fixed<16,6>, 8*1>, 128>(x, layer2_cpy1, layer2_cpy2);
    nnet::dense<t, layer2_t, config2>(layer2_cpy1, layer2_out, w2, b2); // fc
    for (int ts = 0; ts < 4; ts++) {
        nnet::relu<layer2_t, result_t, relu_config3>(layer2_out, y); // fc_relu
    }
}
