// emit/page.hpp - the parts of a page of HTML. Texts are escaped here unless they are said to be HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emit/figures.hpp"

namespace ntorc::emit {

/// All up to the content of <body>. @param style  more of it, behind that of all reports
std::string page_head(const std::string& title, std::string_view style = "");
std::string page_foot();  ///< from the end of <main>

std::string paragraph(const std::string& text, std::string_view style = "");
std::string heading_html(std::string_view html);  ///< of a section
std::string list_html(const std::vector<std::string>& texts);
std::string figures_html(const std::vector<KeyFigure>& figures);

/// @param cells  HTML, as of the functions below
std::string row_of(const std::vector<std::string>& cells, std::string_view style = "");
std::string cell(const std::string& html, std::string_view style = "");
/// Of the first column. @param below  in small letters
std::string name_cell(const std::string& name, const std::string& below = "");
std::string head_cell(std::string_view html, std::string_view style = "");
/// It scrolls where it is too wide. @param label  HTML, for who does not see it
std::string table_of(std::string_view label, const std::vector<std::string>& head, const std::string& body);

}  // namespace ntorc::emit
