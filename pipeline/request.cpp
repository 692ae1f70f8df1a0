#include "pipeline/request.h"

#include <nlohmann/json.hpp>

#include "pipeline/json_text.h"

namespace dossier {
namespace {

using nlohmann::json;

// Takes the members it knows from the outermost object and lets everything else pass by unbuilt.
class RequestReader : public nlohmann::json_sax<json> {
 public:
  explicit RequestReader(Request& request) : request_(request) {}

  bool has_id = false;
  bool has_text = false;
  std::string syntax_error;

  bool key(std::string& name) override {
    if (depth_ == 1) name_ = name;
    return true;
  }
  bool string(std::string& value) override {
    if (depth_ != 1) return other();
    if (name_ == "id") {
      has_id = true;
      request_.id = std::move(value);
    } else if (name_ == "text") {
      has_text = true;
      request_.source.bytes = std::move(value);
    } else if (name_ == "lang") {
      request_.source.language = std::move(value);
    } else if (name_ == "date") {
      request_.source.date = std::move(value);
    } else if (name_ == "media_type") {
      request_.source.media_type = std::move(value);
    } else if (name_ == "uri") {
      request_.source.uri = std::move(value);
    } else if (name_ == "kind" && !parse_document_kind(value, request_.source.kind)) {
      complain("\"kind\" is not one of auto, interview, podcast, slides, markdown, profile, plain");
    }
    return true;
  }
  bool null() override { return depth_ == 0 ? other() : true; }  // a member that is null is a member left out
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t) override { return other(); }
  bool number_unsigned(number_unsigned_t) override { return other(); }
  bool number_float(number_float_t, const string_t&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool start_object(std::size_t) override {
    if (depth_ > 0) other();
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    other();
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string_view what = error.what();  // "[json.exception.parse_error.101] parse error at …: what is wrong"
    const std::size_t colon = what.find(": ");
    syntax_error = "not JSON at byte " + std::to_string(position) + ": " +
                   std::string(colon == std::string_view::npos ? what : what.substr(colon + 2));
    return false;
  }

 private:
  bool other() {
    if (depth_ == 0) {
      complain("not a JSON object");
    } else if (depth_ == 1) {
      for (const std::string_view name : {"id", "text", "lang", "date", "media_type", "uri", "kind"}) {
        if (name_ == name) complain("\"" + name_ + "\" must be a string");
      }
    }
    return true;
  }
  void complain(std::string what) {
    if (request_.error.empty()) request_.error = std::move(what);
  }

  Request& request_;
  std::string name_;
  std::size_t depth_ = 0;
};

// A request as nearly all are: an object with nothing but strings in it. False: it is another, or it is wrong.
bool read_plain(std::string_view line, RequestReader& reader) {
  std::size_t at = 0;
  const auto next = [&line, &at] {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n')) ++at;
    return at < line.size() ? line[at] : '\0';
  };
  if (next() != '{') return false;
  ++at;
  reader.start_object(0);
  std::string key;
  std::string value;
  do {
    if (next() != '"' || !read_json_string(line, at, key)) return false;
    reader.key(key);
    if (next() != ':') return false;
    ++at;
    if (next() != '"' || !read_json_string(line, at, value)) return false;
    reader.string(value);
    if (next() != ',') break;
    ++at;
  } while (true);
  if (next() != '}') return false;
  ++at;
  reader.end_object();
  next();
  return at == line.size();
}

}  // namespace

Request parse_request(std::string_view line, std::uint64_t number, IdIs id) {
  Request request;
  RequestReader plain(request);
  RequestReader full(request);
  const bool is_plain = read_plain(line, plain);
  if (!is_plain) {
    request = {};
    json::sax_parse(line, &full);
  }
  request.line = number;
  RequestReader& reader = is_plain ? plain : full;
  if (!reader.syntax_error.empty()) {
    request.error = std::move(reader.syntax_error);
  } else if (request.error.empty() && !reader.has_id && id == IdIs::kRequired) {
    request.error = "\"id\" is missing";
  } else if (request.error.empty() && !reader.has_text) {
    request.error = "\"text\" is missing";
  }
  return request;
}

std::string error_line(const Request& request) {
  std::string out = "{\"id\":";
  if (request.id.empty()) {
    out += "null";
  } else {
    append_json_string(out, request.id);
  }
  out += ",\"line\":";
  append_json_number(out, request.line);
  out += ",\"error\":";
  append_json_string(out, request.error);
  out += '}';
  return out;
}

}  // namespace dossier
