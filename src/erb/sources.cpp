#include "erb/sources.h"

#include <algorithm>

#include "erb/registry.h"

namespace kamal::erb {

const Program& Sources::read(std::string_view text) { return add({}, text); }

const Program& Sources::read(std::string_view text, const InnerTemplate& inner) {
  Part part;
  part.first = parts_.back().first + parts_.back().source.code.size() + 1;
  part.inner = inner;
  return add(std::move(part), text);
}

const Program& Sources::add(Part made, std::string_view text) {
  Part& part = parts_.emplace_back(std::move(made));
  try {
    part.source = compile(text, part.inner ? part.inner->trim_mode : TrimMode::dashes);
    part.program = Parser(part.source, part.inner ? part.inner->locals : Parser::Names()).parse();
    check(part.program);
  } catch (const NotUnderstood& error) {
    throw NotUnderstood(part.first + error.position, error.what());
  }
  for (Node& node : part.program.nodes) node.position += part.first;
  return part.program;
}

Place Sources::place_of(size_t position) const {
  const auto next = std::find_if(parts_.begin(), parts_.end(),
                                 [position](const Part& part) { return part.first > position; });
  const Part& part = *(next - 1);
  const size_t own = position - part.first;
  Place place{file_, part.source.line_of(own), part.source.tag_at(own), ""};
  if (!part.inner) return place;
  const Place outer = place_of(part.inner->evaluated_at);
  if (part.inner->file.empty()) {
    place.note =
        " (line " + std::to_string(place.line) + " of the ERB template evaluated there)" + outer.note;
    place.file = outer.file;
    place.line = outer.line;
  } else {
    place.file = part.inner->file;
    place.note = " (evaluated at " + outer.file + ":" + std::to_string(outer.line) + ")";
  }
  return place;
}

}  // namespace kamal::erb
