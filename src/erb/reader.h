#pragma once

#include <string_view>

namespace kamal::erb {

// A place in Ruby code, which moves on over blanks, words and operators.
class Reader {
 public:
  explicit Reader(std::string_view code) : code_(code) {}

  size_t position() const { return position_; }
  bool done() const { return position_ >= code_.size(); }
  char peek(size_t offset = 0) const {
    return position_ + offset < code_.size() ? code_[position_ + offset] : '\0';
  }
  std::string_view rest() const { return code_.substr(position_); }
  char take() { return done() ? '\0' : code_[position_++]; }
  std::string_view take(size_t count);
  std::string_view take_while(bool (*wanted)(char));

  // Blanks, comments, and line ends before a line that starts with .method; were there any?
  bool skip_blanks();
  // And all line ends, where code goes on behind an operator or in brackets.
  void skip_lines();
  void skip_separators();  // of statements: line ends and ;

  std::string_view word() const;  // a name or keyword, with its ? or !; "" for none
  bool at_word(std::string_view wanted) const { return word() == wanted; }
  bool accept_word(std::string_view wanted);
  std::string_view operation() const;  // an operator or bracket; "" for none
  bool at(std::string_view wanted) const { return operation() == wanted; }
  bool accept(std::string_view wanted);
  bool at_end_of_line() const { return done() || peek() == '\n' || peek() == ';'; }

 private:
  void skip(bool (*over)(std::string_view));

  std::string_view code_;
  size_t position_ = 0;
};

}  // namespace kamal::erb
