#include "emit/page.hpp"

#include <fmt/format.h>

#include "emit/markup.hpp"
#include "emit/report_style.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {

std::string page_head(const std::string& title, std::string_view style) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"generator\" content=\"ntorc {}\">\n<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n",
      kVersion, escaped(title), kReportStyle, style);
}

std::string page_foot() {
  return fmt::format("</main>\n<footer>Made by ntorc {}.</footer>\n</body>\n</html>\n", kVersion);
}

std::string paragraph(const std::string& text, std::string_view style) {
  return style.empty() ? fmt::format("<p>{}</p>\n", escaped(text))
                       : fmt::format("<p class=\"{}\">{}</p>\n", style, escaped(text));
}

std::string heading_html(std::string_view html) { return fmt::format("<h2>{}</h2>\n", html); }

std::string list_html(const std::vector<std::string>& texts) {
  std::string list = "<ul class=\"plain\">\n";
  for (const std::string& text : texts) list += fmt::format("<li>{}</li>\n", escaped(text));
  return list + "</ul>\n";
}

std::string figures_html(const std::vector<KeyFigure>& figures) {
  std::string html = "<dl class=\"figures\">\n";
  for (const KeyFigure& figure : figures) {
    html += fmt::format("<div><dt>{}</dt><dd class=\"value\">{}</dd>", escaped(figure.name), escaped(figure.value));
    for (const std::string& note : figure.notes) html += fmt::format("<dd class=\"note\">{}</dd>", escaped(note));
    html += "</div>\n";
  }
  return html + "</dl>\n";
}

std::string row_of(const std::vector<std::string>& cells, std::string_view style) {
  std::string row = style.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", style);
  for (const std::string& cell : cells) row += cell;
  return row + "</tr>\n";
}

std::string cell(const std::string& html, std::string_view style) {
  return style.empty() ? fmt::format("<td>{}</td>", html) : fmt::format("<td class=\"{}\">{}</td>", style, html);
}

std::string name_cell(const std::string& name, const std::string& below) {
  return fmt::format("<th scope=\"row\" class=\"name\">{}{}</th>", escaped(name),
                     below.empty() ? "" : fmt::format("<span class=\"range\">{}</span>", escaped(below)));
}

std::string head_cell(std::string_view html, std::string_view style) {
  return style.empty() ? fmt::format("<th scope=\"col\">{}</th>", html)
                       : fmt::format("<th scope=\"col\" class=\"{}\">{}</th>", style, html);
}

std::string table_of(std::string_view label, const std::vector<std::string>& head, const std::string& body) {
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
      "aria-label=\"{}\"><table>\n<thead>\n{}</thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
      label, row_of(head), body);
}

}  // namespace ntorc::emit
