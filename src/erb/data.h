#pragma once

#include <string>
#include <string_view>

#include "erb/value.h"

namespace kamal::erb {

class Interpreter;

enum class JsonForm { compact, pretty };
std::string json_text(Interpreter& in, const Value& value, JsonForm form = JsonForm::compact);
std::string yaml_text(Interpreter& in, const Value& value);  // as to_yaml gives it

// What the keys of objects become.
enum class JsonKeys { strings, symbols };
Value key_of(Interpreter& in, const std::string& name, JsonKeys keys);
Value parse_json(Interpreter& in, std::string_view text, JsonKeys keys);  // raises JSON::ParserError
// By the reader of deploy.yml. Raises Psych::SyntaxError.
Value parse_yaml(Interpreter& in, const std::string& text, const std::string& file, JsonKeys keys);

}  // namespace kamal::erb
