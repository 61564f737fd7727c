// train/kernels_body.hpp - the kernels, for the instructions that the including file is compiled for.
// All of it has internal linkage, and nothing of the standard library's functions is used: an inline function of this
// file or theirs, compiled for AVX and merged by the linker with that of another file, would run on machines without
// AVX.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <cstdint>

#include "train/kernels.hpp"

#define NTORC_INLINE [[gnu::always_inline]] inline
#define NTORC_FLAT __attribute__((always_inline))  // of a lambda

namespace ntorc::train {
namespace {

// NOLINTBEGIN(misc-definitions-in-headers): each of the files that include this has its own
#if defined(__AVX512F__)
constexpr Extent kVectorBytes = 64;
constexpr __mmask16 kEveryLane = 0xFFFF;  // GCC 12 warns of the forms without a mask
constexpr Extent kWideRows = 12;          // rows of a tile that is two vectors wide: what the registers hold
#elif defined(__AVX2__)
constexpr Extent kVectorBytes = 32;
constexpr Extent kWideRows = 6;
#else
constexpr Extent kVectorBytes = 16;
constexpr Extent kWideRows = 6;
#endif
constexpr Extent kNarrowRows = 12;
// NOLINTEND(misc-definitions-in-headers)

#if defined(__AVX512F__)  // the types of the intrinsics: a conversion keeps GCC from holding arrays of them in
                          // registers
using Floats = __m512;
#elif defined(__AVX2__)
using Floats = __m256;
#elif defined(__SSE2__)
using Floats = __m128;
#else
using Floats [[gnu::vector_size(kVectorBytes)]] = float;
#endif
using Doubles [[gnu::vector_size(kVectorBytes)]] = double;
using Words [[gnu::vector_size(kVectorBytes)]] = std::int32_t;

template <class Scalar>
struct VectorOf;
template <>
struct VectorOf<float> {
  using Type = Floats;
};
template <>
struct VectorOf<double> {
  using Type = Doubles;
};
template <class Scalar>
using Vector = typename VectorOf<Scalar>::Type;
template <class Scalar>
constexpr Extent kLanes = kVectorBytes / static_cast<Extent>(sizeof(Scalar));

NTORC_INLINE Floats multiply_add(Floats a, Floats b, Floats c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}
NTORC_INLINE Doubles multiply_add(Doubles a, Doubles b, Doubles c) { return a * b + c; }

/// b where a < b or either is not a number.
NTORC_INLINE Floats maximum(Floats a, Floats b) {
#if defined(__AVX512F__)
  return _mm512_maskz_max_ps(kEveryLane, a, b);
#elif defined(__AVX2__)
  return _mm256_max_ps(a, b);
#elif defined(__SSE2__)
  return _mm_max_ps(a, b);
#else
  return a > b ? a : b;
#endif
}
NTORC_INLINE Doubles maximum(Doubles a, Doubles b) { return a > b ? a : b; }

/// b where b < a or either is not a number.
NTORC_INLINE Floats minimum(Floats a, Floats b) {
#if defined(__AVX512F__)
  return _mm512_maskz_min_ps(kEveryLane, a, b);
#elif defined(__AVX2__)
  return _mm256_min_ps(a, b);
#elif defined(__SSE2__)
  return _mm_min_ps(a, b);
#else
  return a < b ? a : b;
#endif
}

NTORC_INLINE Floats square_root(Floats a) {
#if defined(__AVX512F__)
  return _mm512_maskz_sqrt_ps(kEveryLane, a);
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(a);
#elif defined(__SSE2__)
  return _mm_sqrt_ps(a);
#else
  for (Extent i = 0; i < kLanes<float>; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}
NTORC_INLINE Doubles square_root(Doubles a) {
  for (Extent i = 0; i < kLanes<double>; ++i) a[i] = __builtin_sqrt(a[i]);
  return a;
}

template <class Scalar>
NTORC_INLINE Vector<Scalar> load(const Scalar* from) {
  Vector<Scalar> values;
  __builtin_memcpy(&values, from, sizeof values);
  return values;
}

template <class Scalar>
NTORC_INLINE void store(Scalar* to, Vector<Scalar> values) {
  __builtin_memcpy(to, &values, sizeof values);
}

NTORC_INLINE Floats all(float value) {
#if defined(__AVX512F__)
  return _mm512_set1_ps(value);
#elif defined(__AVX2__)
  return _mm256_set1_ps(value);
#elif defined(__SSE2__)
  return _mm_set1_ps(value);
#else
  return Floats{} + value;
#endif
}
NTORC_INLINE Doubles all(double value) { return Doubles{} + value; }

template <class Scalar>
NTORC_INLINE Vector<Scalar> load_first(const Scalar* from, Extent count) {
  Vector<Scalar> values{};
  for (Extent i = 0; i < count; ++i) values[i] = from[i];
  return values;
}

template <class Scalar>
NTORC_INLINE void store_first(Scalar* to, Vector<Scalar> values, Extent count) {
  Scalar lanes[kLanes<Scalar>];
  store(lanes, values);
  for (Extent i = 0; i < count; ++i) to[i] = lanes[i];
}

/// Places of a vector in an array: all of it, or the first `count` values.
struct Whole {
  template <class Scalar>
  NTORC_INLINE Vector<Scalar> operator()(const Scalar* from) const {
    return load(from);
  }
  template <class Scalar>
  NTORC_INLINE void operator()(Scalar* to, Vector<Scalar> values) const {
    store(to, values);
  }
};
struct First {
  Extent count;
  template <class Scalar>
  NTORC_INLINE Vector<Scalar> operator()(const Scalar* from) const {
    return load_first(from, count);
  }
  template <class Scalar>
  NTORC_INLINE void operator()(Scalar* to, Vector<Scalar> values) const {
    store_first(to, values, count);
  }
};

/// body(i, place) for every vector of [0, count).
template <class Scalar, class Body>
NTORC_INLINE void for_places(Extent count, Body&& body) {
  Extent i = 0;
  for (; i + kLanes<Scalar> <= count; i += kLanes<Scalar>) body(i, Whole{});
  if (i < count) body(i, First{count - i});
}

// --- Functions -------------------------------------------------------------------------------------------------------

/// exp to 1e-7 relative: 2^n * p(x - n ln 2), p of degree 6 (Cephes).
NTORC_INLINE Floats exponential(Floats x) {
  x = minimum(all(88.37F), maximum(all(-87.33F), x));
  const Floats magic = all(12582912.0F);  // 1.5 * 2^23: its last bit counts ones
  const Floats shifted = multiply_add(x, all(1.44269504F), magic);
  const Floats n = shifted - magic;
  const Floats r = multiply_add(n, all(2.12194440e-4F), multiply_add(n, all(-0.693359375F), x));
  Floats p = all(1.9875691500e-4F);
  p = multiply_add(p, r, all(1.3981999507e-3F));
  p = multiply_add(p, r, all(8.3334519073e-3F));
  p = multiply_add(p, r, all(4.1665795894e-2F));
  p = multiply_add(p, r, all(1.6666665459e-1F));
  p = multiply_add(p, r, all(5.0000001201e-1F));
  p = multiply_add(p, r * r, r + all(1.0F));
  Words bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits - 0x4B400000 + 127) << 23;
  Floats power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
}
NTORC_INLINE Doubles exponential(Doubles x) {
  for (Extent i = 0; i < kLanes<double>; ++i) x[i] = __builtin_exp(x[i]);
  return x;
}

NTORC_INLINE Floats hyperbolic_tangent(Floats x) {
  const Floats z = x * x;
  Floats p = all(-5.70498872745e-3F);
  p = multiply_add(p, z, all(2.06390887954e-2F));
  p = multiply_add(p, z, all(-5.37397155531e-2F));
  p = multiply_add(p, z, all(1.33314422036e-1F));
  p = multiply_add(p, z, all(-3.33332819422e-1F));
  const Floats small = multiply_add(p * z, x, x);
  const Floats large = 1.0F - 2.0F / (exponential(x + x) + 1.0F);
  return z < 0.390625F ? small : large;
}
NTORC_INLINE Doubles hyperbolic_tangent(Doubles x) {
  for (Extent i = 0; i < kLanes<double>; ++i) x[i] = __builtin_tanh(x[i]);
  return x;
}

template <class Scalar>
NTORC_INLINE Vector<Scalar> value_of(Function function, Vector<Scalar> x) {
  switch (function) {
    case Function::Linear:
      return x;
    case Function::Relu:
      return maximum(Vector<Scalar>{}, x);
    case Function::Sigmoid:
      return Scalar{1} / (exponential(-x) + Scalar{1});
    case Function::Tanh:
      break;
  }
  return hyperbolic_tangent(x);
}

/// The derivative where the function's value is y.
template <class Scalar>
NTORC_INLINE Vector<Scalar> slope_of(Function function, Vector<Scalar> y) {
  switch (function) {
    case Function::Linear:
      return all(Scalar{1});
    case Function::Relu:
      return y > Scalar{0} ? all(Scalar{1}) : Vector<Scalar>{};
    case Function::Sigmoid:
      return y * (Scalar{1} - y);
    case Function::Tanh:
      break;
  }
  return Scalar{1} - y * y;
}

template <class Scalar>
void activate(Function function, Extent count, Scalar* values) {
  if (function == Function::Linear) return;
  for_places<Scalar>(count, [&](Extent i, auto place) {
    place(values + i, value_of<Scalar>(function, place(static_cast<const Scalar*>(values + i))));
  });
}

template <class Scalar>
void deactivate(Function function, Extent count, const Scalar* y, Scalar* d) {
  if (function == Function::Linear) return;
  for_places<Scalar>(count, [&](Extent i, auto place) {
    place(d + i, place(static_cast<const Scalar*>(d + i)) * slope_of<Scalar>(function, place(y + i)));
  });
}

template <class Scalar>
NTORC_INLINE Scalar sum_of(Vector<Scalar> values) {
  Scalar sum = 0;
  for (Extent i = 0; i < kLanes<Scalar>; ++i) sum += values[i];
  return sum;
}

template <class Scalar>
void softmax(Extent rows, Extent columns, Scalar scale, Scalar* values, Scalar* maxima, Scalar* sums) {
  for (Extent r = 0; r < rows; ++r, values += columns) {
    Scalar most = values[0];
    for (Extent i = 1; i < columns; ++i) most = values[i] > most ? values[i] : most;
    Vector<Scalar> total{};
    Scalar rest = 0;
    Extent i = 0;
    for (; i + kLanes<Scalar> <= columns; i += kLanes<Scalar>) {
      const Vector<Scalar> e = exponential(load(values + i) - most);
      store(values + i, e);
      total += e;
    }
    if (i < columns) {
      const Vector<Scalar> e = exponential(load_first(values + i, columns - i) - most);
      store_first(values + i, e, columns - i);
      for (Extent j = i; j < columns; ++j) rest += values[j];
    }
    maxima[r] = most;
    sums[r] = sum_of<Scalar>(total) + rest;
    const Scalar factor = scale / sums[r];
    for_places<Scalar>(columns, [&](Extent j, auto place) {
      place(values + j, place(static_cast<const Scalar*>(values + j)) * factor);
    });
  }
}

// --- Products --------------------------------------------------------------------------------------------------------

template <int I>
struct Constant {
  static constexpr int value = I;  // NOLINT(readability-identifier-naming): as std::integral_constant's
};

/// body(Constant<0>{}), ..., body(Constant<Count - 1>{}): places in a tile that the compiler knows at once, so that the
/// tile is registers and no memory. By value for the same reason: a body whose address is taken keeps what it refers to
/// in memory.
template <int Count, int I = 0, class Body>
NTORC_INLINE void repeat(Body body) {
  if constexpr (I < Count) {
    body(Constant<I>{});
    repeat<Count, I + 1>(body);
  }
}

/// body(row, width) for every vector of a tile.
template <int Rows, int Width, int I = 0, class Body>
NTORC_INLINE void for_tile(Body body) {
  if constexpr (I < Rows * Width) {
    body(Constant<I / Width>{}, Constant<I % Width>{});
    for_tile<Rows, Width, I + 1>(body);
  }
}

template <class Scalar, int Rows, int Width>
struct Tile {
  Vector<Scalar> values[Rows][Width];
};

template <class Scalar, int Rows, int Width>
NTORC_INLINE Tile<Scalar, Rows, Width> sum_products(const Product<Scalar>& p, const Scalar* a, const Scalar* b) {
  constexpr int kBases = (Rows + 2) / 3;
  Tile<Scalar, Rows, Width> tile;
  for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT { tile.values[r.value][w.value] = Vector<Scalar>{}; });
  const Extent row = p.a_row;
  for (Extent s = 0; s < p.segments; ++s) {
    const Scalar* base[kBases];  // rows 3 i, 3 i + 1 and 3 i + 2 are 0, 1 and 2 strides from base i
    repeat<kBases>([&](auto i) NTORC_FLAT { base[i.value] = a + s * p.a_segment + 3 * i.value * row; });
    for (Extent k = 0; k < p.depth; ++k) {
      Vector<Scalar> columns[Width];
      repeat<Width>([&](auto w) NTORC_FLAT { columns[w.value] = load(b + w.value * kLanes<Scalar>); });
      for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT {
        constexpr int kRow = decltype(r)::value;
        tile.values[kRow][w.value] =
            multiply_add(all(base[kRow / 3][(kRow % 3) * row]), columns[w.value], tile.values[kRow][w.value]);
      });
      repeat<kBases>([&](auto i) NTORC_FLAT { ++base[i.value]; });
      b += p.b_row;
    }
  }
  return tile;
}

template <class Scalar, int Rows, int Width, class Place>
NTORC_INLINE void finish_tile(const Product<Scalar>& p, const Tile<Scalar, Rows, Width>& tile, Scalar* c,
                              const Scalar* bias, Scalar* gate, Place place_last) {
  const auto put = [&](Scalar* to, Vector<Scalar> value, auto w) NTORC_FLAT {
    if constexpr (decltype(w)::value + 1 < Width) {
      store(to, value);
    } else {
      place_last(to, value);
    }
  };
  const auto place_of = [&](auto r, auto w) NTORC_FLAT { return c + r.value * p.c_row + w.value * kLanes<Scalar>; };
  switch (p.finish) {
    case Finish::Store:
      for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT { put(place_of(r, w), tile.values[r.value][w.value], w); });
      return;
    case Finish::Add:
      for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT {
        const Scalar* from = place_of(r, w);
        const Vector<Scalar> old = decltype(w)::value + 1 < Width ? load(from) : place_last(from);
        put(place_of(r, w), old + tile.values[r.value][w.value], w);
      });
      return;
    case Finish::Bias:
      for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT {
        put(place_of(r, w), tile.values[r.value][w.value] + load(bias + w.value * kLanes<Scalar>), w);
      });
      return;
    case Finish::BiasRelu:
      for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT {
        const Vector<Scalar> sum = tile.values[r.value][w.value] + load(bias + w.value * kLanes<Scalar>);
        put(place_of(r, w), maximum(Vector<Scalar>{}, sum), w);
      });
      return;
    case Finish::BiasReluPool:
      for_tile<Rows / 2, Width>([&](auto r, auto w) NTORC_FLAT {
        const Vector<Scalar> first = tile.values[2 * r.value][w.value];
        const Vector<Scalar> second = tile.values[2 * r.value + 1][w.value];
        const Vector<Scalar> most = maximum(first, second) + load(bias + w.value * kLanes<Scalar>);
        const Vector<Scalar> side = first >= second ? all(Scalar{1}) : all(Scalar{-1});
        put(place_of(r, w), maximum(Vector<Scalar>{}, most), w);
        put(gate + r.value * p.columns + w.value * kLanes<Scalar>, most > Scalar{0} ? side : Vector<Scalar>{}, w);
      });
      return;
  }
}

template <class Scalar, int Rows, int Width>
void multiply_tile(const Product<Scalar>& p, const Scalar* a, const Scalar* b, Scalar* c, const Scalar* bias,
                   Scalar* gate, Extent columns) {
  const Tile<Scalar, Rows, Width> tile = sum_products<Scalar, Rows, Width>(p, a, b);
  if (columns == Width * kLanes<Scalar>) {
    finish_tile<Scalar, Rows, Width>(p, tile, c, bias, gate, Whole{});
  } else {
    finish_tile<Scalar, Rows, Width>(p, tile, c, bias, gate, First{columns - (Width - 1) * kLanes<Scalar>});
  }
}

/// Rows of the next tile of at most `most`, of `left` that are left: no tile is left with hardly any rows, which would
/// wait for its own sums, and if `left` is even so is the answer.
constexpr Extent next_rows(Extent left, Extent most) {
  if (left <= most) return left;
  return left < 2 * most ? (left + 3) / 4 * 2 : most;
}

template <class Scalar, int Width>
void multiply_rows(const Product<Scalar>& p, const Scalar* a, const Scalar* b, Scalar* c, const Scalar* bias,
                   Scalar* gate, Extent columns) {
  constexpr Extent kMost = Width == 1 ? kNarrowRows : kWideRows;
  const bool pools = p.finish == Finish::BiasReluPool;
  for (Extent left = p.rows; left > 0;) {
    const Extent rows = next_rows(left, kMost);
    switch (rows) {
      case 1:
        multiply_tile<Scalar, 1, Width>(p, a, b, c, bias, gate, columns);
        break;
      case 2:
        multiply_tile<Scalar, 2, Width>(p, a, b, c, bias, gate, columns);
        break;
      case 3:
        multiply_tile<Scalar, 3, Width>(p, a, b, c, bias, gate, columns);
        break;
      case 4:
        multiply_tile<Scalar, 4, Width>(p, a, b, c, bias, gate, columns);
        break;
      case 5:
        multiply_tile<Scalar, 5, Width>(p, a, b, c, bias, gate, columns);
        break;
      case 6:
        multiply_tile<Scalar, 6, Width>(p, a, b, c, bias, gate, columns);
        break;
      default:
        if constexpr (kMost > 6) {
          switch (rows) {
            case 7:
              multiply_tile<Scalar, 7, Width>(p, a, b, c, bias, gate, columns);
              break;
            case 8:
              multiply_tile<Scalar, 8, Width>(p, a, b, c, bias, gate, columns);
              break;
            case 9:
              multiply_tile<Scalar, 9, Width>(p, a, b, c, bias, gate, columns);
              break;
            case 10:
              multiply_tile<Scalar, 10, Width>(p, a, b, c, bias, gate, columns);
              break;
            case 11:
              multiply_tile<Scalar, 11, Width>(p, a, b, c, bias, gate, columns);
              break;
            default:
              multiply_tile<Scalar, 12, Width>(p, a, b, c, bias, gate, columns);
              break;
          }
        }
    }
    left -= rows;
    a += rows * p.a_row;
    const Extent written = pools ? rows / 2 : rows;
    c += written * p.c_row;
    if (pools) gate += written * p.columns;
  }
}

template <class Scalar>
void multiply(const Product<Scalar>& p) {
  constexpr Extent kPanel = 2 * kLanes<Scalar>;
  for (Extent sample = 0; sample < p.samples; ++sample) {
    const Scalar* a = p.a + sample * p.a_sample;
    Scalar* c = p.c + sample * p.c_sample;
    Scalar* gate = p.finish == Finish::BiasReluPool ? p.gate + sample * (p.rows / 2) * p.columns : nullptr;
    const Scalar* b = p.b;
    for (Extent column = 0; column < p.columns; column += kPanel, b += p.b_panel) {
      const Extent left = p.columns - column;
      const Scalar* bias = p.bias == nullptr ? nullptr : p.bias + column;
      Scalar* to_gate = gate == nullptr ? nullptr : gate + column;
      if (left <= kLanes<Scalar>) {
        multiply_rows<Scalar, 1>(p, a, b, c + column, bias, to_gate, left);
      } else {
        multiply_rows<Scalar, 2>(p, a, b, c + column, bias, to_gate, left < kPanel ? left : kPanel);
      }
    }
  }
}

template <class Scalar, int Rows, int Width>
void transposed_tile(const TransposedProduct<Scalar>& p, Extent samples, const Scalar* a, const Scalar* d, Scalar* c,
                     Extent columns) {
  Tile<Scalar, Rows, Width> tile;
  for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT { tile.values[r.value][w.value] = Vector<Scalar>{}; });
  for (Extent sample = 0; sample < samples; ++sample) {
    const Scalar* from = a + sample * p.a_sample;
    const Scalar* by = d + sample * p.d_sample;
    for (Extent m = 0; m < p.rows; ++m, from += p.a_row, by += p.d_row) {
      Vector<Scalar> values[Width];
      repeat<Width>([&](auto w) NTORC_FLAT { values[w.value] = load(by + w.value * kLanes<Scalar>); });
      for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT {
        tile.values[r.value][w.value] =
            multiply_add(all(from[r.value]), values[w.value], tile.values[r.value][w.value]);
      });
    }
  }
  const Extent last = columns - (Width - 1) * kLanes<Scalar>;
  for_tile<Rows, Width>([&](auto r, auto w) NTORC_FLAT {
    Scalar* to = c + r.value * p.c_row + w.value * kLanes<Scalar>;
    if (decltype(w)::value + 1 < Width || last == kLanes<Scalar>) {
      store(to, load(static_cast<const Scalar*>(to)) + tile.values[r.value][w.value]);
    } else {
      store_first(to, load_first(static_cast<const Scalar*>(to), last) + tile.values[r.value][w.value], last);
    }
  });
}

template <class Scalar, int Width>
void transposed_rows(const TransposedProduct<Scalar>& p, Extent samples, const Scalar* a, const Scalar* d, Scalar* c,
                     Extent columns) {
  constexpr Extent kMost = Width == 1 ? kNarrowRows : kWideRows;
  for (Extent left = p.depth; left > 0;) {
    const Extent rows = next_rows(left, kMost);
    switch (rows) {
      case 1:
        transposed_tile<Scalar, 1, Width>(p, samples, a, d, c, columns);
        break;
      case 2:
        transposed_tile<Scalar, 2, Width>(p, samples, a, d, c, columns);
        break;
      case 3:
        transposed_tile<Scalar, 3, Width>(p, samples, a, d, c, columns);
        break;
      case 4:
        transposed_tile<Scalar, 4, Width>(p, samples, a, d, c, columns);
        break;
      case 5:
        transposed_tile<Scalar, 5, Width>(p, samples, a, d, c, columns);
        break;
      case 6:
        transposed_tile<Scalar, 6, Width>(p, samples, a, d, c, columns);
        break;
      default:
        if constexpr (kMost > 6) {
          switch (rows) {
            case 7:
              transposed_tile<Scalar, 7, Width>(p, samples, a, d, c, columns);
              break;
            case 8:
              transposed_tile<Scalar, 8, Width>(p, samples, a, d, c, columns);
              break;
            case 9:
              transposed_tile<Scalar, 9, Width>(p, samples, a, d, c, columns);
              break;
            case 10:
              transposed_tile<Scalar, 10, Width>(p, samples, a, d, c, columns);
              break;
            case 11:
              transposed_tile<Scalar, 11, Width>(p, samples, a, d, c, columns);
              break;
            default:
              transposed_tile<Scalar, 12, Width>(p, samples, a, d, c, columns);
              break;
          }
        }
    }
    left -= rows;
    a += rows;
    c += rows * p.c_row;
  }
}

template <class Scalar>
void multiply_transposed(const TransposedProduct<Scalar>& p) {
  constexpr Extent kPanel = 2 * kLanes<Scalar>;
  constexpr Extent kBlock =
      4096;  // values of `a` and `d` that are gone through at a time: they stay in the first cache
  const Extent sample_values = p.rows * (p.a_row + p.d_row);
  if (p.samples == 1 && p.rows > 1 && sample_values > 2 * kBlock) {  // one long sample: as many short ones
    TransposedProduct<Scalar> part = p;
    part.rows = kBlock / (p.a_row + p.d_row) + 1;
    for (Extent row = 0; row < p.rows; row += part.rows) {
      part.rows = p.rows - row < part.rows ? p.rows - row : part.rows;
      part.a = p.a + row * p.a_row;
      part.d = p.d + row * p.d_row;
      multiply_transposed(part);
    }
    return;
  }
  const Extent step = sample_values >= kBlock ? 1 : kBlock / (sample_values + 1);
  for (Extent sample = 0; sample < p.samples; sample += step) {
    const Extent samples = p.samples - sample < step ? p.samples - sample : step;
    for (Extent segment = 0; segment < p.segments; ++segment) {
      const Scalar* a = p.a + sample * p.a_sample + segment * p.a_segment;
      const Scalar* d = p.d + sample * p.d_sample;
      Scalar* c = p.c + segment * p.depth * p.c_row;
      for (Extent column = 0; column < p.columns; column += kPanel) {
        const Extent left = p.columns - column;
        if (left <= kLanes<Scalar>) {
          transposed_rows<Scalar, 1>(p, samples, a, d + column, c + column, left);
        } else {
          transposed_rows<Scalar, 2>(p, samples, a, d + column, c + column, left < kPanel ? left : kPanel);
        }
      }
    }
  }
}

template <class Scalar>
void add_column_sums(Extent rows, Extent columns, const Scalar* d, Extent d_row, Scalar* sums) {
  for_places<Scalar>(columns, [&](Extent i, auto place) {
    Vector<Scalar> even{};
    Vector<Scalar> odd{};
    Extent r = 0;
    for (; r + 1 < rows; r += 2) {
      even += load(d + r * d_row + i);
      odd += load(d + (r + 1) * d_row + i);
    }
    if (r < rows) even += load(d + r * d_row + i);
    place(sums + i, place(static_cast<const Scalar*>(sums + i)) + even + odd);
  });
}

template <class Scalar>
void unpool(Extent samples, Extent rows, Extent columns, const Scalar* d_pooled, const Scalar* gate, Scalar* d_full,
            Extent d_sample) {
  for (Extent sample = 0; sample < samples; ++sample) {
    Scalar* to = d_full + sample * d_sample;
    for (Extent r = 0; r < rows; ++r, to += 2 * columns, d_pooled += columns, gate += columns) {
      for_places<Scalar>(columns, [&](Extent i, auto place) {
        const Vector<Scalar> d = load(d_pooled + i);
        const Vector<Scalar> side = load(gate + i);
        place(to + i, side > Scalar{0} ? d : Vector<Scalar>{});
        place(to + columns + i, side < Scalar{0} ? d : Vector<Scalar>{});
      });
    }
  }
}

// --- Recurrent layers ------------------------------------------------------------------------------------------------

template <class Scalar>
void lstm_forward(const LstmStep<Scalar>& p) {
  const Extent n = p.units;
  for (Extent row = 0; row < p.rows; ++row) {
    Scalar* gates = p.gates + row * 4 * n;
    const Extent at = row * n;
    for_places<Scalar>(n, [&](Extent j, auto place) {
      const auto sum = [&](Extent gate) { return place(static_cast<const Scalar*>(gates + gate * n + j)); };
      const Vector<Scalar> i = value_of<Scalar>(p.recurrent_activation, sum(0));
      const Vector<Scalar> f = value_of<Scalar>(p.recurrent_activation, sum(1));
      const Vector<Scalar> g = value_of<Scalar>(p.activation, sum(2));
      const Vector<Scalar> o = value_of<Scalar>(p.recurrent_activation, sum(3));
      const Vector<Scalar> cell = multiply_add(f, place(p.previous_cell + at + j), i * g);
      const Vector<Scalar> active = value_of<Scalar>(p.activation, cell);
      place(gates + j, i);
      place(gates + n + j, f);
      place(gates + 2 * n + j, g);
      place(gates + 3 * n + j, o);
      place(p.cell + at + j, cell);
      place(p.active_cell + at + j, active);
      place(p.output + at + j, o * active);
    });
  }
}

template <class Scalar>
void lstm_backward(const LstmStep<Scalar>& p) {
  const Extent n = p.units;
  for (Extent row = 0; row < p.rows; ++row) {
    const Scalar* gates = p.gates + row * 4 * n;
    Scalar* d_gates = p.d_gates + row * 4 * n;
    const Extent at = row * n;
    for_places<Scalar>(n, [&](Extent j, auto place) {
      const Vector<Scalar> i = place(gates + j);
      const Vector<Scalar> f = place(gates + n + j);
      const Vector<Scalar> g = place(gates + 2 * n + j);
      const Vector<Scalar> o = place(gates + 3 * n + j);
      const Vector<Scalar> active = place(static_cast<const Scalar*>(p.active_cell + at + j));
      const Vector<Scalar> d = place(p.d_output + at + j);
      const Vector<Scalar> d_cell = multiply_add(d * o, slope_of<Scalar>(p.activation, active),
                                                 place(static_cast<const Scalar*>(p.d_cell + at + j)));
      place(d_gates + j, d_cell * g * slope_of<Scalar>(p.recurrent_activation, i));
      place(d_gates + n + j, d_cell * place(p.previous_cell + at + j) * slope_of<Scalar>(p.recurrent_activation, f));
      place(d_gates + 2 * n + j, d_cell * i * slope_of<Scalar>(p.activation, g));
      place(d_gates + 3 * n + j, d * active * slope_of<Scalar>(p.recurrent_activation, o));
      place(p.d_cell + at + j, d_cell * f);
    });
  }
}

template <class Scalar>
void gru_gates(const GruStep<Scalar>& p) {
  const Extent n = p.units;
  for (Extent row = 0; row < p.rows; ++row) {
    Scalar* gates = p.gates + row * 3 * n;
    const Scalar* recurrent = p.recurrent + row * 3 * n;
    for_places<Scalar>(n, [&](Extent j, auto place) {
      const auto sum = [&](Extent at) { return place(static_cast<const Scalar*>(gates + at)) + place(recurrent + at); };
      const Vector<Scalar> r = value_of<Scalar>(p.recurrent_activation, sum(n + j));
      place(gates + j, value_of<Scalar>(p.recurrent_activation, sum(j)));
      place(gates + n + j, r);
      if (p.reset != nullptr) place(p.reset + row * n + j, r * place(p.previous + row * n + j));
    });
  }
}

template <class Scalar>
void gru_output(const GruStep<Scalar>& p) {
  const Extent n = p.units;
  for (Extent row = 0; row < p.rows; ++row) {
    Scalar* gates = p.gates + row * 3 * n;
    const Scalar* recurrent = p.recurrent + row * 3 * n + 2 * n;
    for_places<Scalar>(n, [&](Extent j, auto place) {
      const Vector<Scalar> z = place(static_cast<const Scalar*>(gates + j));
      Vector<Scalar> part = place(recurrent + j);
      if (p.reset == nullptr) part *= place(static_cast<const Scalar*>(gates + n + j));
      const Vector<Scalar> h =
          value_of<Scalar>(p.activation, place(static_cast<const Scalar*>(gates + 2 * n + j)) + part);
      place(gates + 2 * n + j, h);
      place(p.output + row * n + j, multiply_add(z, place(p.previous + row * n + j) - h, h));
    });
  }
}

template <class Scalar>
void gru_backward(const GruStep<Scalar>& p) {
  const Extent n = p.units;
  for (Extent row = 0; row < p.rows; ++row) {
    const Scalar* gates = p.gates + row * 3 * n;
    const Scalar* recurrent = p.recurrent + row * 3 * n + 2 * n;
    Scalar* d_gates = p.d_gates + row * 3 * n;
    const Extent at = row * n;
    for_places<Scalar>(n, [&](Extent j, auto place) {
      const Vector<Scalar> z = place(gates + j);
      const Vector<Scalar> h = place(gates + 2 * n + j);
      const Vector<Scalar> d = place(p.d_output + at + j);
      const Vector<Scalar> d_z = d * (place(p.previous + at + j) - h) * slope_of<Scalar>(p.recurrent_activation, z);
      const Vector<Scalar> d_h = d * (Scalar{1} - z) * slope_of<Scalar>(p.activation, h);
      place(d_gates + j, d_z);
      place(d_gates + 2 * n + j, d_h);
      place(p.d_previous + at + j, multiply_add(d, z, place(static_cast<const Scalar*>(p.d_previous + at + j))));
      if (p.reset != nullptr) return;
      const Vector<Scalar> r = place(gates + n + j);
      const Vector<Scalar> d_r = d_h * place(recurrent + j) * slope_of<Scalar>(p.recurrent_activation, r);
      place(d_gates + n + j, d_r);
      Scalar* d_recurrent = p.d_recurrent + row * 3 * n;
      place(d_recurrent + j, d_z);
      place(d_recurrent + n + j, d_r);
      place(d_recurrent + 2 * n + j, d_h * r);
    });
  }
}

template <class Scalar>
void gru_backward_reset(const GruStep<Scalar>& p) {
  const Extent n = p.units;
  for (Extent row = 0; row < p.rows; ++row) {
    const Scalar* gates = p.gates + row * 3 * n;
    const Extent at = row * n;
    for_places<Scalar>(n, [&](Extent j, auto place) {
      const Vector<Scalar> r = place(gates + n + j);
      const Vector<Scalar> d = place(static_cast<const Scalar*>(p.d_reset + at + j));
      place(p.d_gates + row * 3 * n + n + j,
            d * place(p.previous + at + j) * slope_of<Scalar>(p.recurrent_activation, r));
      place(p.d_previous + at + j, multiply_add(d, r, place(static_cast<const Scalar*>(p.d_previous + at + j))));
    });
  }
}

// --- Adam ------------------------------------------------------------------------------------------------------------

template <class Scalar>
void adam(const AdamStep<Scalar>& step, Extent count, const Scalar* gradient, Scalar* weights, Scalar* first,
          Scalar* second) {
  const Scalar first_part = Scalar{1} - step.first_decay;
  const Scalar second_part = Scalar{1} - step.second_decay;
  for_places<Scalar>(count, [&](Extent i, auto place) {
    const auto at = [&](const Scalar* values) { return place(values + i); };
    const Vector<Scalar> g = at(gradient);
    const Vector<Scalar> m = multiply_add(g - at(first), all(first_part), at(first));
    const Vector<Scalar> v = multiply_add(g * g - at(second), all(second_part), at(second));
    place(first + i, m);
    place(second + i, v);
    place(weights + i, at(weights) - step.rate * m / (square_root(v) + step.epsilon));
  });
}

template <class Scalar>
constexpr Kernels<Scalar> kKernels{
    .panel = 2 * kLanes<Scalar>,
    .multiply = multiply<Scalar>,
    .multiply_transposed = multiply_transposed<Scalar>,
    .add_column_sums = add_column_sums<Scalar>,
    .unpool = unpool<Scalar>,
    .activate = activate<Scalar>,
    .deactivate = deactivate<Scalar>,
    .softmax = softmax<Scalar>,
    .lstm_forward = lstm_forward<Scalar>,
    .lstm_backward = lstm_backward<Scalar>,
    .gru_gates = gru_gates<Scalar>,
    .gru_output = gru_output<Scalar>,
    .gru_backward = gru_backward<Scalar>,
    .gru_backward_reset = gru_backward_reset<Scalar>,
    .adam = adam<Scalar>,
};

}  // namespace
}  // namespace ntorc::train
