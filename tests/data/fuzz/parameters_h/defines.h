#ifndef DEFINES_H_
#define DEFINES_H_
#define N_INPUT_1_1 64
#define N_INPUT_2_1 2
typedef nnet::array<ap_fixed<16,6>, 2*1> input_t;
typedef nnet::array<ap_fixed<16,6>, 8*1> layer2_t;
typedef nnet::array<ap_fixed<16,6>, 8*1> layer3_t;
typedef nnet::array<ap_fixed<16,6>, 3*1> result_t;
typedef ap_fixed<16,6> model_default_t;
typedef ap_fixed<12, 4> weight2_t;
typedef model_default_t weight4_t;
#endif
