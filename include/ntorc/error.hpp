// ntorc/error.hpp - what ntorc throws. what() is one line for a user: place, expectation, value found.
#pragma once

#include <stdexcept>

namespace ntorc {

/// Base of everything that ntorc throws on purpose.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller left a documented range.
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// A file is not what it claims to be.
class ParseError : public Error {
 public:
  using Error::Error;
};

/// A file could not be read or written.
class FileError : public Error {
 public:
  using Error::Error;
};

/// A store of trials does not answer, is not what it claims to be, or was made for another study. Names no password.
class StoreError : public Error {
 public:
  using Error::Error;
};

}  // namespace ntorc
