// support/inline_vector.hpp - a few values without a trip to the heap.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>

namespace ntorc::support {

/// A vector of at most `Capacity` values, which lie in the object itself.
template <typename Value, std::size_t Capacity>
class InlineVector {
 public:
  void push_back(const Value& value) {
    assert(size_ < Capacity);
    values_[size_++] = value;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Value* data() const { return values_.data(); }
  const Value* begin() const { return values_.data(); }
  const Value* end() const { return values_.data() + size_; }
  const Value& operator[](std::size_t i) const { return values_[i]; }
  const Value& front() const { return values_.front(); }
  const Value& back() const { return values_[size_ - 1]; }

 private:
  std::array<Value, Capacity> values_{};
  std::size_t size_ = 0;
};

}  // namespace ntorc::support
