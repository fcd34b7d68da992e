#pragma once

#include <string>
#include <string_view>

namespace kamal {

std::string sha256_hex(std::string_view bytes);  // 64 hexadecimal digits

}  // namespace kamal
