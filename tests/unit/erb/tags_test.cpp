// Tags, trimming and text between statements: the expected texts are those of Ruby with trim mode "-".
#include "erb_rows.h"

namespace kamal::test {
namespace {

struct Row {
  const char* text;
  const char* rendered;
};

// clang-format off: a row is a line
constexpr Row tags_rows[] = {
    {"plain text", "plain text"},
    {"a <% x=1 %>  <%- y=2 -%>\nb\n", "a b\n"},
    {"a  <%- y=2 -%>\nb", "a  b"},
    {"a <% foo", "a  foo"},
    {"a %%> <%% b %>", "a %%> <% b %>"},
    {"<%# c -%>\nx", "x"},
    {"<% # c %>text\nmore", ""},
    {"<% # c\n%>text\nmore", "text\nmore"},
    {"<%= 1 -%>\nx", "1x"},
    {"<%= 1 -%>\r\nx", "1x"},
    {"<%= 1 -%>  \nx", "1  \nx"},
    {"<%- 1\n-%>  \nz", "  \nz"},
    {"  <%% x -%>\ny", "  <% x -%>\ny"},
    {"<%=\n1\n%>", "1"},
    {"x -%>\ny", "x -%>\ny"},
    {"a\n  <%-# hi -%>\nb", "a\nb"},
    {"<% if true %>yes<% else %>no<% end %>", "yes"},
    {"<% if true -%>\nyes\n<% else -%>\nno\n<% end -%>\nrest", "yes\nrest"},
    {"<% [1,2].each do |x| %><%= x %>,<% end %>", "1,2,"},
    {"<%- [1,2].each do |x| -%>\n- <%= x %>\n<%- end -%>\ntail", "- 1\n- 2\ntail"},
    {"<% x = 5 %><% if x > 3 then %>big<% end %>", "big"},
    {"<% 3.times { |i| %>[<%= i %>]<% } %>", "[0][1][2]"},
    {"<% unless false %>u<% end %>", "u"},
    {"<% case 2 when 1 %>one<% when 2 %>two<% end %>", "two"},
    {"# comment <%= 1 + 1 %>\nkey: <%= \"v\" %>", "# comment 2\nkey: v"},
    {"<%= [1, 2] %>|<%= nil %>|<%= true %>|<%= :a %>|<%= 1.50 %>|<%= {} %>", "[1, 2]||true|a|1.5|{}"},
    {"<%= '%%>' %>", "%>"},
    {"<%%= x %%>", "<%= x %%>"},
    {"<%= 1; 2 %>", "2"},
    {"<%= %>x", "x"},
    {"<% %>x", "x"},
    {"<%%>x", "<%>x"},
    {"<%-%>x", "x"},
    {"<%--%>x", "x"},
    {"<%=-1-%>\nx", "-1x"},
    {"<%=%>x", "x"},
    {"<% a = [1,\n2,\n3] %><%= a.sum %>\n<%= __LINE__ %>", "6\n4"},
    {"l1\n<%= __LINE__ %>\n<%- x = 1\n -%>\n<%= __LINE__ %>", "l1\n2\n5"},
    {"l1\n\n<%# c\nc2 %>\n<%= __LINE__ %>", "l1\n\n\n5"},
    {"<%- %w[a b].each_with_index do |v, i| -%>\n<%= i %>: <%= v %>\n<%- end -%>\n", "0: a\n1: b\n"},
    {"<% hosts = { 'a' => 1 }; hosts.each do |k, v| %><%= k %>=<%= v %><% end %>", "a=1"},
    {"<%= [1,2].map do |x| x end %>", "[1, 2]"},
    {"<%= [1,2].map { |x| x * 2 }.join(' ') %>", "2 4"},
    {"x<%= \"a\\nb\" -%>\ny", "xa\nby"},
    {"<% begin %>a<% raise 'x' %>b<% rescue %>r<% end %>", "ar"},
    {"<% [1].each do |x|\n%>\n<%= x %>\n<% end\n%>", "\n1\n"},
    {"<% if true && # c\n false %>x<% end %>y", "y"},
    {"\t <%- 1 -%> \n", " \n"},
    {" <%- 1 -%>\n <%- 2 -%>\n <%= 3 -%>\n", " 3"},
    {"<% 1 -%> <%- 2 -%>\nx", "x"},
    {"<%= 1 %> <%- 2 -%>\nx", "1x"},
    {"<%# a %> <%- 2 %>x", "x"},
    {"<%% <%- 2 %>x", "<%x"},
    {"a<%%  <%- 2 %>x", "a<%x"},
    {"%> x %> <%= 1 %>", "%> x %> 1"},
    {"<%\n\n# only comment\n\n%>x", "x"},
    {"<% x = 1 -%>\n\n\nb", "\n\nb"},
    {"<% x = 1 %>\r\nb", "\r\nb"},
    {"a\r\n  <%- 1 -%>\r\nb\r\n", "a\r\nb\r\n"},
    {"<% _x = 1\r\n y = 2\r\n%><%= _x + y %>", "3"},
    {"<% [1, 2, 3].each do |x| next if x == 2 %><%= x %><% end %>", "13"},
    {"<% x = 'a' %><% x << 'b' %><%= x %>", "ab"},
    {"<%= 5 if false %>|", "|"},
    {"<%= (5 if true) %>|", "5|"},
    {"<%= true and false %>|", "false|"},
    {"<%= not(true) %>", "false"},
    {"<%= x = 5 %><%= x %>", "55"},
    {"<%= [1,\n2].inspect %>\n<%= __LINE__ %>", "[1, 2]\n3"},
};
// clang-format on

TEST(ErbTags, RenderAsInRuby) {
  for (const Row& row : tags_rows) EXPECT_EQ(interpreted(row.text), row.rendered) << row.text;
}

}  // namespace
}  // namespace kamal::test
