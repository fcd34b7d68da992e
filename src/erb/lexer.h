#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kamal::erb {

struct Token {
  enum class Type {
    end_of_code,
    line_end,  // or ;
    integer,
    floating,
    string,      // its opening: read on with Lexer::string_piece
    words,       // %w[] and %i[]: text is what is between
    identifier,  // with a ? or ! at its end
    constant,
    variable,  // @x, $x
    keyword,
    label,   // name:
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
  bool prefix = false;  // an operator that starts an operand: -1, *list, [1], &block
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
  // After a string: is it a key (`"name": value`)?
  bool take_label_colon();
  std::string take_regexp_options();
  // After a string or an interpolation, whose end next() did not see.
  void operand_ended() { state_ = State::after_operand; }

 private:
  // What may come: an operand (begin), an operator (after_operand), both (after_name, a method that may have
  // arguments without parentheses), or the name of a method (name).
  enum class State { begin, after_operand, after_name, name };

  void skip_blanks();
  bool line_goes_on() const;
  void skip_line_end();
  Token operand_or_operation(char first);
  Token number();
  Token name();
  Token method_name();
  Token variable();
  Token symbol();
  Token colon();
  Token percent();
  Token operation();
  Token marked();
  Token words();
  Token string(Token::Literal literal, bool interpolates);
  bool operand_may_start() const;
  void append_escape(std::string& text, const Token& opening);
  void append_double_quoted_escape(std::string& text);
  void append_unicode(std::string& text);
  unsigned digits(unsigned base, size_t most);

  Token token(Token::Type type, std::string text, State after);
  char at(size_t offset = 0) const {
    return position_ + offset < code_.size() ? code_[position_ + offset] : '\0';
  }
  bool done() const { return position_ >= code_.size(); }
  std::string_view take_while(bool (*wanted)(char));
  [[noreturn]] void fail(const std::string& why) const;

  std::string_view code_;
  IsLocal is_local_;
  size_t position_ = 0;
  size_t start_ = 0;  // of the token being read
  bool space_before_ = false;
  bool may_skip_line_ends_ = true;  // after an operator or a line end
  State state_ = State::begin;
};

}  // namespace kamal::erb
