#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kamal::erb {

struct Token {
  enum class Type {
    end_of_code,
    line_end,  // or ;
    number,
    string,      // its opening: read on with Lexer::string_piece
    words,       // %w[] and %i[]: text is what is between
    identifier,  // with a ? or ! at its end
    constant,
    variable,  // @x, $x
    keyword,
    label,   // name: or "name":
    symbol,  // :name
    operation,
    text,    // of the template, text is its index
    output,  // <%=
  };
  enum class Literal { string, symbol, command, regexp };

  Type type = Type::end_of_code;
  std::string text;
  size_t position = 0;
  bool space_before = false;
  bool prefix = false;  // an operator that starts an operand: -1, [1], &block
  // Of strings:
  Literal literal = Literal::string;
  char open = 0;  // of nesting delimiters, 0 for others
  char close = 0;
  bool interpolates = false;

  bool is(Type wanted) const { return type == wanted; }
  bool is_operation(std::string_view wanted) const { return type == Type::operation && text == wanted; }
  bool is_keyword(std::string_view wanted) const { return type == Type::keyword && text == wanted; }
};

struct StringPart {
  enum class End { string, interpolation };
  std::string text;
  End end = End::string;
};

// Tokens of Ruby code, one at a time, because what a character means depends on what was read before. Throws
// NotUnderstood.
class Lexer {
 public:
  using IsLocal = std::function<bool(std::string_view)>;

  Lexer(std::string_view code, IsLocal is_local) : code_(code), is_local_(std::move(is_local)) {}
  Token next();
  // The text up to the end of the string that `opening` opened, or up to a #{, after which next() continues.
  StringPart string_piece(const Token& opening, int& nesting);
  std::string take_regexp_options();
  // After a string or an interpolation, whose end next() did not see.
  void operand_ended() { state_ = State::after_operand; }

 private:
  // What may come: an operand (begin), an operator (after_operand), both (after_name, a method that may have
  // arguments without parentheses), or the name of a method (name).
  enum class State { begin, after_operand, after_name, name };

  void skip_blanks();
  bool line_goes_on() const;
  Token number();
  Token name();
  Token method_name();
  Token variable();
  Token operation();
  Token marked();
  // lexer_literals.cpp
  Token quoted(char quote);
  Token string(Token::Literal literal, bool interpolates);
  Token symbol();
  Token percent();
  Token words(Token::Literal literal);
  void append_escape(std::string& text, const Token& opening);

  Token token(Token::Type type, std::string text, State after);
  bool operand_may_start() const;
  char at(size_t offset = 0) const {
    return position_ + offset < code_.size() ? code_[position_ + offset] : '\0';
  }
  bool done() const { return position_ >= code_.size(); }
  std::string_view take_while(bool (*wanted)(char));
  std::string take_name();
  [[noreturn]] void fail(const std::string& why) const;

  std::string_view code_;
  IsLocal is_local_;
  size_t position_ = 0;
  size_t start_ = 0;  // of the token being read
  bool space_before_ = false;
  bool may_skip_line_ends_ = true;  // after an operator or a line end
  bool label_may_start_ = false;    // after { ( or ,
  State state_ = State::begin;
};

}  // namespace kamal::erb
