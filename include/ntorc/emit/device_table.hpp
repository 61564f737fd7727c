// ntorc/emit/device_table.hpp - the catalogue of parts and boards as text for people.
#pragma once

#include <string>

namespace ntorc::emit {

/// A row for each device with its family, data sheet and resources; a blank line; a row for each board with its part.
std::string device_table();

}  // namespace ntorc::emit
