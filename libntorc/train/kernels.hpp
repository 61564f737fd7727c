// train/kernels.hpp - the inner loops of training, once for each instruction set.
#pragma once

#include <cstddef>

namespace ntorc::train {

using Extent = std::ptrdiff_t;

/// Values that kernels may read, never use, behind the last one of any array that they are given.
constexpr Extent kSlack = 64;

enum class Function { Linear, Relu, Sigmoid, Tanh };

/// What becomes of a sum of products.
enum class Finish { Store, Add, Bias, BiasRelu, BiasReluPool };

/// c = a * b for each of `samples`: rows x (segments * depth) by (segments * depth) x columns.
/// Row r of `a` is `segments` runs of `depth` values, run s at a + r * a_row + s * a_segment: rows may overlap, which
/// makes a convolution one product. Column j of `b` is in panel j / panel, at b + (j / panel) * b_panel + j % panel,
/// row k at k * b_row from there: a packed matrix, or with b_panel = panel a plain one. `b` and `bias` are read beyond
/// the last column.
template <class Scalar>
struct Product {
  Extent samples = 1, rows = 0, columns = 0, segments = 1, depth = 0;
  const Scalar* a = nullptr;
  Extent a_sample = 0, a_row = 0, a_segment = 0;
  const Scalar* b = nullptr;
  Extent b_panel = 0, b_row = 0;
  Scalar* c = nullptr;
  Extent c_sample = 0, c_row = 0;
  Finish finish = Finish::Store;
  const Scalar* bias = nullptr;
  /// BiasReluPool: `rows` is even, and row r of c is the maximum of rows 2r and 2r + 1 and of 0. Where it is 0, `gate`
  /// is 0, else 1 or -1 as the first or the second row has it; laid out as samples x rows / 2 x columns without gaps.
  Scalar* gate = nullptr;
};

/// c += a' * d, summed over samples and rows: (segments * depth) x columns, `a` as in Product.
template <class Scalar>
struct TransposedProduct {
  Extent samples = 1, rows = 0, columns = 0, segments = 1, depth = 0;
  const Scalar* a = nullptr;
  Extent a_sample = 0, a_row = 0, a_segment = 0;
  const Scalar* d = nullptr;  ///< read beyond the last column
  Extent d_sample = 0, d_row = 0;
  Scalar* c = nullptr;
  Extent c_row = 0;
};

/// One step of Adam. `rate` has the corrections for the first steps in it.
template <class Scalar>
struct AdamStep {
  Scalar rate = 0, first_decay = 0, second_decay = 0, epsilon = 0;
};

/// Of one time step of an LSTM: matrices of rows x units without gaps, `gates` rows x 4 units in the order i, f, g, o.
template <class Scalar>
struct LstmStep {
  Extent rows = 0, units = 0;
  Function activation = Function::Tanh, recurrent_activation = Function::Sigmoid;
  Scalar* gates = nullptr;  ///< forward: in their sums, out their values; backward: the values
  const Scalar* previous_cell = nullptr;
  Scalar* cell = nullptr;
  Scalar* active_cell = nullptr;
  Scalar* output = nullptr;
  const Scalar* d_output = nullptr;
  Scalar* d_cell = nullptr;   ///< in: of the cell from later steps; out: of the previous cell
  Scalar* d_gates = nullptr;  ///< of the sums
};

/// Of one time step of a GRU, in the order z, r, h: `gates` rows x 3 units, `recurrent` rows of recurrent_row values.
template <class Scalar>
struct GruStep {
  Extent rows = 0, units = 0;
  Function activation = Function::Tanh, recurrent_activation = Function::Sigmoid;
  Scalar* gates = nullptr;            ///< the input's part; z, r and h are left here
  const Scalar* recurrent = nullptr;  ///< the previous output's part, rows x 3 units, of all that is summed so far
  const Scalar* previous = nullptr;
  Scalar* reset = nullptr;  ///< r * previous, where the reset comes before the product; nullptr where it comes after
  Scalar* output = nullptr;
  const Scalar* d_output = nullptr;
  Scalar* d_gates = nullptr;      ///< of the sums with the input's part
  Scalar* d_recurrent = nullptr;  ///< of `recurrent`, where the reset comes after
  Scalar* d_reset = nullptr;      ///< of `reset`
  Scalar* d_previous = nullptr;   ///< added to
};

/// Every function works on what it is given alone. Plain pointers, as each set is compiled for its own instructions:
/// nothing that another file could share may come out of it.
template <class Scalar>
struct Kernels {
  Extent panel;  ///< columns of a packed panel
  void (*multiply)(const Product<Scalar>&);
  void (*multiply_transposed)(const TransposedProduct<Scalar>&);
  /// sums[j] += the sum of column j.
  void (*add_column_sums)(Extent rows, Extent columns, const Scalar* d, Extent d_row, Scalar* sums);
  /// What Product::gate sends back: d_full is samples x 2 rows x columns, its samples d_sample apart.
  void (*unpool)(Extent samples, Extent rows, Extent columns, const Scalar* d_pooled, const Scalar* gate,
                 Scalar* d_full, Extent d_sample);
  void (*activate)(Function, Extent count, Scalar* values);
  /// d *= the derivative where the function's value is y.
  void (*deactivate)(Function, Extent count, const Scalar* y, Scalar* d);
  /// Rows become scale * softmax; maxima and sums are those of exp(value - maximum).
  void (*softmax)(Extent rows, Extent columns, Scalar scale, Scalar* values, Scalar* maxima, Scalar* sums);
  void (*lstm_forward)(const LstmStep<Scalar>&);
  void (*lstm_backward)(const LstmStep<Scalar>&);
  void (*gru_gates)(const GruStep<Scalar>&);
  void (*gru_output)(const GruStep<Scalar>&);
  void (*gru_backward)(const GruStep<Scalar>&);        ///< all of it where the reset comes after
  void (*gru_backward_reset)(const GruStep<Scalar>&);  ///< the rest where it comes before, given d_reset
  void (*adam)(const AdamStep<Scalar>&, Extent count, const Scalar* gradient, Scalar* weights, Scalar* first,
               Scalar* second);
};

const Kernels<float>& baseline_kernels();
const Kernels<double>& double_kernels();  ///< for checks of gradients
#ifdef NTORC_X86_KERNELS
const Kernels<float>& avx2_kernels();
const Kernels<float>& avx512_kernels();
#endif

}  // namespace ntorc::train
