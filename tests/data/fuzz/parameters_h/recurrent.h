namespace wren {
#define N_INPUT_2_1 16
// lstm_1
struct config5_1 : nnet::dense_config {
    static const unsigned n_in = N_INPUT_2_1;
    static const unsigned n_out = 15 * 4;
    static const unsigned strategy = nnet::latency;
    static const unsigned reuse_factor = DIV_ROUNDUP(n_in, 4);
    typedef ap_fixed<16,6,AP_RND,AP_SAT> weight_t;
};
struct config5_2 : nnet::dense_config {
    static const unsigned reuse_factor = 3; /* of its own */
};
struct config5 : nnet::lstm_config {
    typedef config5_1 mult_config1;
    static const unsigned n_in  = config5_1::n_in;
    static const unsigned n_state = (30 - 0) / 2;
    static const unsigned n_sequence = 8;
};
}
