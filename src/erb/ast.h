#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace kamal::erb {

struct Node;
// The Program owns the nodes: none owns another, so destroying a deep tree does not recurse.
using NodePtr = const Node*;
using Names = std::set<std::string, std::less<>>;

// Of a block.
struct Parameter {
  std::string name;
  std::vector<Parameter> nested = {};  // of (a, b)
};

using StringPiece = std::variant<std::string, NodePtr>;  // text, or the code of #{}

struct OutputNode {  // <%= value %>, or text of the template
  NodePtr value = nullptr;
};
struct LiteralNode {
  std::variant<std::monostate, bool, int64_t, double> value;
};
struct StringNode {
  enum class Kind { string, symbol, command };
  Kind kind = Kind::string;
  std::vector<StringPiece> pieces;
};
struct RegexpNode {
  std::vector<StringPiece> pieces;
  std::string options;
};
struct ArrayNode {
  std::vector<NodePtr> elements;
};
struct HashNode {
  enum class Form { braces, arguments };  // {a: 1}, or the a: 1 of a call
  std::vector<std::pair<NodePtr, NodePtr>> pairs;
  Form form = Form::braces;
};
struct RangeNode {
  NodePtr first = nullptr;
  NodePtr last = nullptr;  // null: endless
  bool exclusive = false;
};
struct VariableNode {
  enum class Kind { local, instance, global };
  Kind kind = Kind::local;
  std::string name;  // with its @ or $
};
struct ConstantNode {
  std::string path;  // JSON::ParserError
};
struct BlockNode {
  std::string method;  // of &:method, instead of code
  std::vector<Parameter> parameters;
  NodePtr body = nullptr;
};
struct CallNode {
  enum class Safety { plain, safe };  // . or &.
  NodePtr receiver = nullptr;
  std::string name{};
  std::vector<NodePtr> arguments{};
  const BlockNode* block = nullptr;
  Safety safety = Safety::plain;
};
struct LogicNode {
  enum class Kind { both, either };
  Kind kind = Kind::both;
  NodePtr left = nullptr;
  NodePtr right = nullptr;
};
struct NotNode {
  NodePtr value = nullptr;
};
struct DefinedNode {
  NodePtr value = nullptr;
};
struct IfNode {
  NodePtr condition = nullptr;
  NodePtr then_body = nullptr;  // null bodies are nil
  NodePtr else_body = nullptr;
};
struct CaseNode {
  struct When {
    std::vector<NodePtr> patterns;
    NodePtr body = nullptr;
  };
  NodePtr subject = nullptr;  // null: the first true pattern
  std::vector<When> whens;
  NodePtr else_body = nullptr;
};
struct BeginNode {
  struct Rescue {
    std::vector<std::string> classes;  // none: StandardError
    std::string variable;
    NodePtr body = nullptr;
  };
  NodePtr body = nullptr;
  std::vector<Rescue> rescues;
};
struct AssignNode {
  NodePtr target = nullptr;  // VariableNode, or CallNode of []
  NodePtr value = nullptr;
};
struct MultipleAssignNode {
  std::vector<NodePtr> targets;
  NodePtr value = nullptr;
};
struct SequenceNode {
  std::vector<NodePtr> statements;
};
struct NextNode {
  NodePtr value = nullptr;
};
using NodeContent =
    std::variant<OutputNode, LiteralNode, StringNode, RegexpNode, ArrayNode, HashNode, RangeNode,
                 VariableNode, ConstantNode, CallNode, LogicNode, NotNode, DefinedNode, IfNode, CaseNode,
                 BeginNode, AssignNode, MultipleAssignNode, SequenceNode, NextNode>;

struct Node {
  size_t position = 0;  // in Source::code
  NodeContent content;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&content);
  }
};

// The code of a template. Pointers into it are valid while it exists.
struct Program {
  std::deque<Node> nodes{};
  std::deque<BlockNode> blocks{};
  NodePtr body = nullptr;
  Names variables{};  // all local ones
};

}  // namespace kamal::erb
