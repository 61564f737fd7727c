#include "synthesis/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

constexpr std::size_t kMostStructs = 1 << 14;  // the largest networks have a few hundred
constexpr std::size_t kMostCalls = 1 << 12;
constexpr int kMaxDepth = 32;  // of an expression, a typedef or a constant that names another

bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_word_start(c) || is_decimal(c); }
bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f'; }

std::string_view without_namespace(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return trimmed(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

/// Splits at commas that stand in no bracket.
std::vector<std::string> split_arguments(std::string_view list) {
  std::vector<std::string> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    const char c = i < list.size() ? list[i] : ',';
    if (c == '<' || c == '(' || c == '[' || c == '{') ++depth;
    if (c == '>' || c == ')' || c == ']' || c == '}') --depth;
    if (i == list.size() || (c == ',' && depth <= 0)) {
      parts.emplace_back(trimmed(list.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  return parts;
}

/// A line of C++: what stands before `//`, and what stands behind it.
struct CodeLine {
  std::string_view code{};
  std::string_view comment{};
};

/// A text without `/* */`, which keeps its line ends.
std::string without_block_comments(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  bool inside = false;
  bool in_line_comment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (inside) {
      if (text[i] == '*' && next == '/') {
        inside = false;
        ++i;
      } else if (text[i] == '\n') {
        kept += '\n';
      }
      continue;
    }
    if (text[i] == '\n') in_line_comment = false;
    if (text[i] == '/' && next == '/') in_line_comment = true;
    if (!in_line_comment && text[i] == '/' && next == '*') {
      inside = true;
      ++i;
      continue;
    }
    kept += text[i];
  }
  return kept;
}

/// Walks the lines of a source; `next` is false behind the last.
class CodeLines {
 public:
  explicit CodeLines(std::string_view text) : rest_(text) {}

  bool next(CodeLine& line) {
    if (rest_.empty()) return false;
    ++number_;
    const std::size_t end = rest_.find('\n');
    const std::string_view whole = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    const std::size_t slashes = whole.find("//");
    line.code = trimmed(whole.substr(0, slashes));
    line.comment = slashes == std::string_view::npos ? std::string_view{} : trimmed(whole.substr(slashes + 2));
    return true;
  }

  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

/// A name that hls4ml gives a layer: no blanks, and not one of its own marks.
bool may_be_layer(std::string_view comment) {
  return !comment.empty() && comment.size() <= 256 && std::ranges::none_of(comment, is_white) &&
         std::ranges::any_of(comment, is_word) && !comment.starts_with("hls-fpga");
}

/// The last word before `at`, and where it begins.
std::pair<std::string_view, std::size_t> word_before(std::string_view text, std::size_t at) {
  while (at > 0 && is_white(text[at - 1])) --at;
  std::size_t begin = at;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return {text.substr(begin, at - begin), begin};
}

/// `typedef T name`, `using name = T`, `static const unsigned name = expression`.
struct Declaration {
  enum class What { Nothing, Type, Constant } what = What::Nothing;
  std::string name{};
  std::string meaning{};
};

Declaration declaration_of(std::string_view statement) {
  statement = trimmed(statement);
  if (statement.starts_with("typedef ")) {
    const auto [name, begin] = word_before(statement, statement.size());
    const std::string_view type = trimmed(statement.substr(8, begin >= 8 ? begin - 8 : 0));
    if (name.empty() || type.empty()) return {};
    return {Declaration::What::Type, std::string(name), std::string(type)};
  }
  const std::size_t equals = statement.find('=');
  if (equals == std::string_view::npos) return {};
  if (statement.starts_with("using ")) {
    const std::string_view name = trimmed(statement.substr(6, equals - 6));
    return {Declaration::What::Type, std::string(name), std::string(trimmed(statement.substr(equals + 1)))};
  }
  if (!statement.starts_with("static ") && !statement.starts_with("const")) return {};
  const auto [name, begin] = word_before(statement, equals);
  if (name.empty() || begin == 0) return {};
  return {Declaration::What::Constant, std::string(name), std::string(trimmed(statement.substr(equals + 1)))};
}

class Reader {
 public:
  explicit Reader(Firmware& firmware) : firmware_(firmware) {}

  /// Structs, typedefs, constants and macros.
  void read_declarations(const SourceText& source) {
    if (source.text.empty()) return;
    skipped_ = 0;
    const std::string text = without_block_comments(source.text);
    CodeLines lines(text);
    CodeLine line;
    std::string layer;      // of the last comment line
    std::string statement;  // so far
    int conditionals = 0;
    ConfigStruct* open = nullptr;
    std::size_t opened_at = 0;
    int depth = 0;  // of braces inside of `open`
    ConfigStruct current;
    while (firmware_.configs.size() < kMostStructs && lines.next(line)) {
      if (line.code.starts_with('#')) {
        read_directive(line.code, conditionals);
        continue;
      }
      if (line.code.empty()) {
        if (open == nullptr && may_be_layer(line.comment)) layer = line.comment;
        continue;
      }
      if (!statement.empty()) statement += ' ';
      for (const char c : line.code) {
        if (c == '{') {
          if (open == nullptr && opens_struct(statement, current)) {
            current.layer = std::exchange(layer, {});
            open = &current;
            opened_at = lines.number();
            depth = 0;
          } else if (open != nullptr) {
            ++depth;
          } else if (!opens_namespace(statement)) {
            ++skipped_;
          }
          statement.clear();
        } else if (c == '}') {
          if (open != nullptr && depth == 0) {
            firmware_.configs.push_back(std::exchange(current, {}));
            open = nullptr;
          } else if (open != nullptr) {
            --depth;
          } else if (skipped_ > 0) {
            --skipped_;
          }
          statement.clear();
        } else if (c == ';') {
          take(declaration_of(statement), open != nullptr && depth == 0 ? open : nullptr, open == nullptr);
          statement.clear();
        } else {
          statement += c;
        }
        if (statement.size() > kMaxStatement) statement.clear();  // of a table of numbers
      }
    }
    if (firmware_.configs.size() >= kMostStructs) {
      firmware_.complaints.push_back(fmt::format("{}: expected fewer than {} structs, found more: the rest is left out",
                                                 source.name, kMostStructs));
    } else if (open != nullptr) {
      firmware_.complaints.push_back(fmt::format("{}: line {}: expected struct {} to be closed, found the end",
                                                 source.name, opened_at, current.name));
    } else if (conditionals > 0) {
      firmware_.complaints.push_back(
          fmt::format("{}: line {}: expected #endif, found the end", source.name, lines.number()));
    }
  }

  /// The signature of `top`, and the calls of layers.
  void read_calls(const SourceText& source, std::string_view top) {
    if (source.text.empty()) return;
    const std::string text = without_block_comments(source.text);
    read_signature(text, top);
    CodeLines lines(text);
    CodeLine line;
    std::string statement;
    std::string above;  // a comment line, which hls4ml writes above the calls of a layer that has several
    int braces = 0;
    while (firmware_.calls.size() < kMostCalls && lines.next(line)) {
      if (line.code.starts_with('#')) continue;
      if (line.code.empty()) {
        if (may_be_layer(line.comment)) above = line.comment;
        continue;
      }
      if (!statement.empty()) statement += ' ';
      bool called = false;
      for (const char c : line.code) {
        if (c == '{' || c == '}') {
          braces += c == '{' ? 1 : -1;
          statement.clear();
        } else if (c == ';') {
          called = take_call(statement, may_be_layer(line.comment) ? line.comment : std::string_view(above)) || called;
          statement.clear();
        } else {
          statement += c;
        }
        if (statement.size() > kMaxStatement) statement.clear();
      }
      if (called && !line.comment.empty()) above.clear();
    }
    if (firmware_.calls.size() >= kMostCalls) {
      firmware_.complaints.push_back(
          fmt::format("{}: expected fewer than {} calls, found more: the rest is left out", source.name, kMostCalls));
    } else if (braces > 0) {
      firmware_.complaints.push_back(
          fmt::format("{}: line {}: expected }}, found the end", source.name, lines.number()));
    }
  }

 private:
  static constexpr std::size_t kMaxStatement = 1 << 14;

  void read_directive(std::string_view code, int& conditionals) {
    if (code.starts_with("#if")) ++conditionals;
    if (code.starts_with("#endif")) --conditionals;
    if (!code.starts_with("#define")) return;
    code = trimmed(code.substr(7));
    const std::size_t end = static_cast<std::size_t>(std::ranges::find_if_not(code, is_word) - code.begin());
    const std::string_view meaning = trimmed(code.substr(end));
    if (end == 0 || meaning.empty() || (end < code.size() && code[end] == '(')) return;
    firmware_.constants.insert_or_assign(std::string(code.substr(0, end)), std::string(meaning));
  }

  static bool opens_namespace(std::string_view statement) { return trimmed(statement).starts_with("namespace"); }

  static bool opens_struct(std::string_view statement, ConfigStruct& config) {
    statement = trimmed(statement);
    if (!statement.starts_with("struct ")) return false;
    const std::size_t colon = statement.find(" :");
    const std::string_view name = trimmed(statement.substr(7, colon == std::string_view::npos ? colon : colon - 7));
    if (name.empty() || !std::ranges::all_of(name, is_word)) return false;
    config = {};
    config.name = name;
    if (colon != std::string_view::npos) config.base = without_namespace(statement.substr(colon + 2));
    return true;
  }

  void take(Declaration declaration, ConfigStruct* config, bool outside) {
    if (declaration.what == Declaration::What::Nothing || (config == nullptr && (!outside || skipped_ > 0))) return;
    const bool is_type = declaration.what == Declaration::What::Type;
    auto& known = config != nullptr ? (is_type ? config->types : config->fields)
                                    : (is_type ? firmware_.types : firmware_.constants);
    known.insert_or_assign(std::move(declaration.name), std::move(declaration.meaning));
  }

  /// `nnet::dense<A, B, config2>(a, b, w2, b2)`: any function with template arguments and operands.
  bool take_call(std::string_view statement, std::string_view layer) {
    statement = trimmed(statement);
    if (statement.empty() || statement.back() != ')') return false;
    const std::size_t open = statement.find('<');
    if (open == std::string_view::npos || open == 0) return false;
    int depth = 0;
    std::size_t close = open;
    for (; close < statement.size(); ++close) {
      if (statement[close] == '<') ++depth;
      if (statement[close] == '>' && --depth == 0) break;
    }
    if (close >= statement.size()) return false;
    const std::string_view behind = trimmed(statement.substr(close + 1));
    if (!behind.starts_with('(')) return false;
    const std::string_view function = without_namespace(statement.substr(0, open));
    if (function.empty() || !std::ranges::all_of(function, is_word) || function.starts_with("load_") ||
        function.starts_with("save_")) {
      return false;
    }
    firmware_.calls.push_back({std::string(function), split_arguments(statement.substr(open + 1, close - open - 1)),
                               split_arguments(behind.substr(1, behind.size() - 2)), std::string(layer)});
    return true;
  }

  /// Names of the parameters of `void top(...)`.
  void read_signature(std::string_view text, std::string_view top) {
    for (std::size_t at = text.find(top); !top.empty() && at != std::string_view::npos; at = text.find(top, at + 1)) {
      if (word_before(text, at).first != "void") continue;
      const std::size_t open = text.find_first_not_of(" \t\r\n", at + top.size());
      if (open == std::string_view::npos || text[open] != '(') continue;
      const std::size_t close = text.find(')', open);
      if (close == std::string_view::npos) return;
      const std::string_view list = text.substr(open + 1, close - open - 1);
      firmware_.streams = list.find("hls::stream") != std::string_view::npos;
      for (const std::string& parameter : split_arguments(list)) {
        const std::size_t end = std::min(parameter.find('['), parameter.size());
        const auto [name, begin] = word_before(parameter, end);
        if (!name.empty()) firmware_.parameters.emplace_back(name);
      }
      return;
    }
  }

  Firmware& firmware_;
  int skipped_ = 0;  // open braces of what is no struct of a layer
};

/// Evaluates by recursive descent: sum, product, atom.
class Evaluation {
 public:
  /// @param work  names that may still be looked up: constants that name each other twice would take for ever
  Evaluation(const Firmware& firmware, const ConfigStruct* scope, int depth, int& work)
      : firmware_(firmware), scope_(scope), depth_(depth), work_(work) {}

  std::optional<std::int64_t> whole(std::string_view text) {
    rest_ = text;
    const auto result = sum();
    return trimmed(rest_).empty() ? result : std::nullopt;
  }

 private:
  using Number = std::optional<std::int64_t>;

  char peek() {
    rest_ = trimmed(rest_);
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  static Number apply(char operation, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    switch (operation) {
      case '+':
        return __builtin_add_overflow(a, b, &result) ? Number() : result;
      case '-':
        return __builtin_sub_overflow(a, b, &result) ? Number() : result;
      case '*':
        return __builtin_mul_overflow(a, b, &result) ? Number() : result;
      default:
        if (b == 0 || (b == -1 && a < 0)) return std::nullopt;
        return operation == '/' ? a / b : a % b;
    }
  }

  Number sum() {
    Number left = product();
    while (left && (peek() == '+' || peek() == '-')) {
      const char operation = peek();
      take(operation);
      const Number right = product();
      left = right ? apply(operation, *left, *right) : Number();
    }
    return left;
  }

  Number product() {
    Number left = atom();
    while (left && (peek() == '*' || peek() == '/' || peek() == '%')) {
      const char operation = peek();
      take(operation);
      const Number right = atom();
      left = right ? apply(operation, *left, *right) : Number();
    }
    return left;
  }

  Number atom() {
    if (++depth_ > kMaxDepth) return std::nullopt;
    const Number result = plain_atom();
    --depth_;
    return result;
  }

  Number plain_atom() {
    const char c = peek();
    if (c == '-') {
      take('-');
      const Number inner = atom();
      return inner ? apply('-', 0, *inner) : Number();
    }
    if (take('(')) {
      const Number inner = sum();
      return take(')') ? inner : Number();
    }
    if (is_decimal(c)) return number();
    return is_word_start(c) ? named() : Number();
  }

  Number number() {
    std::int64_t result = 0;
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), result);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    while (!rest_.empty() &&
           (rest_.front() == 'u' || rest_.front() == 'U' || rest_.front() == 'l' || rest_.front() == 'L'))
      rest_.remove_prefix(1);
    const bool clean = rest_.empty() || (!is_word(rest_.front()) && rest_.front() != '.');
    return failure == std::errc{} && clean ? Number(result) : Number();
  }

  Number named() {
    std::size_t end = 0;
    while (end < rest_.size() && (is_word(rest_[end]) || rest_[end] == ':')) ++end;
    const std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (name == "DIV_ROUNDUP") {
      if (!take('(')) return std::nullopt;
      const Number a = sum();
      if (!take(',')) return std::nullopt;
      const Number b = sum();
      if (!take(')') || !a || !b || *a < 0 || *b <= 0) return std::nullopt;
      return *a / *b + (*a % *b != 0 ? 1 : 0);
    }
    const std::size_t colons = name.find("::");
    if (colons != std::string_view::npos) {
      const ConfigStruct* const other = firmware_.config(name.substr(0, colons));
      return other == nullptr ? Number() : meaning_of(other->fields, name.substr(colons + 2), other);
    }
    if (scope_ != nullptr && scope_->fields.contains(name)) return meaning_of(scope_->fields, name, scope_);
    return meaning_of(firmware_.constants, name, nullptr);
  }

  Number meaning_of(const std::map<std::string, std::string, std::less<>>& known, std::string_view name,
                    const ConfigStruct* scope) const {
    const auto found = known.find(name);
    if (found == known.end() || depth_ >= kMaxDepth || --work_ < 0) return std::nullopt;
    return Evaluation(firmware_, scope, depth_ + 1, work_).whole(found->second);
  }

  const Firmware& firmware_;
  const ConfigStruct* scope_;
  int depth_;
  int& work_;
  std::string_view rest_;
};

}  // namespace

const ConfigStruct* Firmware::config(std::string_view name) const {
  const auto found = std::ranges::find(configs, name, &ConfigStruct::name);
  return found == configs.end() ? nullptr : &*found;
}

std::optional<std::int64_t> Firmware::value(std::string_view expression, const ConfigStruct* scope) const {
  int work = 1000;
  return Evaluation(*this, scope, 0, work).whole(expression);
}

std::optional<std::int64_t> Firmware::field(const ConfigStruct& config, std::string_view name) const {
  const auto found = config.fields.find(name);
  return found == config.fields.end() ? std::nullopt : value(found->second, &config);
}

std::string Firmware::resolved(std::string_view type) const {
  std::string text(trimmed(type));
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const auto found = types.find(text);
    if (found == types.end()) break;
    text = found->second;
  }
  std::erase_if(text, is_white);
  return text;
}

Firmware parse_firmware(const SourceText& parameters_h, const SourceText& defines_h, const SourceText& top_cpp,
                        std::string_view top) {
  Firmware firmware;
  Reader reader(firmware);
  reader.read_declarations(defines_h);
  reader.read_declarations(parameters_h);
  reader.read_calls(top_cpp, top);
  return firmware;
}

std::map<std::string, std::string, std::less<>> parse_project_tcl(std::string_view text) {
  std::map<std::string, std::string, std::less<>> values;
  CodeLines lines(text);
  CodeLine line;
  while (lines.next(line)) {
    if (!line.code.starts_with("set ")) continue;
    const std::string_view rest = trimmed(line.code.substr(4));
    const std::size_t blank = rest.find(' ');
    if (blank == std::string_view::npos) continue;
    std::string_view value = trimmed(rest.substr(blank));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    values.insert_or_assign(std::string(rest.substr(0, blank)), std::string(value));
  }
  return values;
}

}  // namespace ntorc::synthesis
