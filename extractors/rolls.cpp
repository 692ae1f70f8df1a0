// rolls.cpp - lists and columns of people: fields of items, counted by their place.
#include "extractors/rolls.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace dossier {

namespace {

constexpr std::size_t kFewestKnown = 2;       // items that are known for what they are
constexpr std::uint32_t kMostNameWords = 4;   // capitalized words of a person's name
constexpr std::uint32_t kMostNameTokens = 7;  // with initials, particles and hyphens
constexpr std::uint32_t kMostFieldTokens = 7;
constexpr std::size_t kMostFields = 4;  // of an item, behind the name

const std::vector<RuleInfo>& rule_table() {
  static const std::vector<RuleInfo> kRules = {{"person.of_roll", "extractors/rolls.cpp", 0, 0.86},
                                               {"organization.of_roll", "extractors/rolls.cpp", 0, 0.78}};
  return kRules;
}

class RollReader {
 public:
  RollReader(const Document& document, const Lexicons& lexicons, const LexiconPass& pass, const ProposedEnds& proposed)
      : document_(document),
        lexicons_(lexicons),
        pass_(pass),
        people_(proposed.people),
        sure_(proposed.organizations),
        organizations_(proposed.weak_organizations),
        places_(proposed.places),
        honorific_(lexicons.find("honorific")),
        particle_(lexicons.find("person_particle")),
        given_name_(lexicons.find("given_name")),
        surname_(lexicons.find("surname")),
        org_head_(lexicons.find("org_head")),
        organization_(lexicons.find("organization")),
        common_word_(lexicons.find("common_word")),
        function_word_(lexicons.find("function_word")),
        role_head_(lexicons.find("role_head")),
        heading_part_(lexicons.find("heading_part")),
        firm_heading_(lexicons.find("firm_heading")),
        sponsor_tier_(lexicons.find("sponsor_tier")),
        product_(lexicons.find("product")),
        part_(lexicons.find_attribute("part")),
        no_name_({org_head_, lexicons.find("legal_form"), lexicons.find("product"), lexicons.find("place_head"),
                  lexicons.find("event_head"), role_head_, function_word_, lexicons.find("icu_month"),
                  lexicons.find("icu_weekday")}),
        no_organization_({role_head_, function_word_, lexicons.find("role_modifier"), lexicons.find("degree"),
                          lexicons.find("demonym"), lexicons.find("icu_month"), lexicons.find("icu_weekday"),
                          lexicons.find("icu_country"), lexicons.find("icu_currency"), honorific_}) {}

  std::vector<RollName> run() {
    const std::vector<Block>& blocks = document_.blocks;
    for (std::size_t b = 0; b < blocks.size();) {
      if (blocks[b].kind != BlockKind::kListItem) {
        ++b;
        continue;
      }
      std::vector<Item> items;
      const std::size_t first = b;
      for (; b < blocks.size() && blocks[b].kind == BlockKind::kListItem; ++b)
        items.push_back(item_of({blocks[b].first_token, blocks[b].end_token}));
      read(items);
      if (heads_firms(first)) read_firms(items);
    }
    for (const Block& block : blocks) {
      const bool is_text = block.kind == BlockKind::kParagraph || block.kind == BlockKind::kFragment ||
                           block.kind == BlockKind::kListItem || block.kind == BlockKind::kTableCell;
      if (is_text) read_names({block.first_token, block.end_token});
      const auto index = static_cast<std::size_t>(&block - blocks.data());
      // Two lines may be one name: "BRIDGE\nWORKS".
      if (!is_text || !has_lines(block) || !heads_firms(index)) continue;
      const std::vector<Item> lines = lines_of(block);
      if (lines.size() > kFewestKnown) read_firms(lines);
    }
    for (const Table& table : document_.tables) {
      if (table.is_member_list) continue;
      const bool is_of_firms = heads_firms_of(table) && !has_people(table);
      for (std::uint32_t column = 0; column < table.columns; ++column) {
        std::vector<Item> items;
        for (std::uint32_t row = table.has_header ? 1 : 0; row < table.rows; ++row) {
          const std::uint32_t cell = table.cell(row, column);
          if (cell == kNone || !blocks[cell].is_extracted()) continue;
          items.push_back(item_of({blocks[cell].first_token, blocks[cell].end_token}));
        }
        read(items);
        if (is_of_firms) read_firms(items);
      }
    }
    std::sort(found_.begin(), found_.end(),
              [](const RollName& a, const RollName& b) { return a.tokens.first < b.tokens.first; });
    return std::move(found_);
  }

 private:
  struct Item {
    TokenRange name;                             // empty: it does not look like one
    std::array<TokenRange, kMostFields> fields;  // behind the name; all of the item if there is no name
    std::size_t field_count = 0;
  };

  std::uint16_t shape_of(std::uint32_t t) const { return document_.tokens[t].shape; }
  bool has_flag(std::uint32_t t, std::uint16_t flag) const { return (document_.tokens[t].flags & flag) != 0; }
  bool is_upper(std::uint32_t t) const { return (shape_of(t) & (shape::kUpperFirst | shape::kMixed)) != 0; }

  bool is_in(std::uint32_t t, LexiconId lexicon) const {
    const auto entries = lexicons_.entries_of(pass_.words[t]);
    return std::any_of(entries.begin(), entries.end(), [&](EntryId e) { return lexicons_.lexicon_of(e) == lexicon; });
  }
  template <class List>
  bool is_in_any(std::uint32_t t, const List& list) const {
    return std::any_of(list.begin(), list.end(),
                       [&](LexiconId lexicon) { return lexicon != kNoLexicon && is_in(t, lexicon); });
  }

  // What parts the fields of an item. A hyphen inside a word parts nothing.
  bool is_mark(std::uint32_t t) const {
    const std::string_view word = document_.word(t);
    if (word == "-") return has_flag(t, token_flag::kSpaceBefore);
    static constexpr std::array<std::string_view, 14> kMarks = {",", ";", ":", "(", ")", "[", "]",
                                                                "|", "/", "@", "–", "—", "·", "•"};
    return std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end();
  }

  // "Ada Lovell and Paul Berg".
  bool is_conjunction(std::uint32_t t) const { return document_.word(t) == "&" || is_link(t); }

  // "and", "und", not the "'s" of "Harborworks's chair".
  bool is_link(std::uint32_t t) const {
    const auto entries = lexicons_.entries_of(pass_.words[t]);
    return std::any_of(entries.begin(), entries.end(), [&](EntryId e) {
      return lexicons_.lexicon_of(e) == heading_part_ && lexicons_.attribute(e, part_) == "link";
    });
  }

  bool ends_field(std::uint32_t t) const {
    return is_mark(t) || has_flag(t, token_flag::kNewlineBefore) || (shape_of(t) & (shape::kUrl | shape::kHandle)) != 0;
  }

  // "Dr. Ada van Lovell (Harborworks, chair)": "Ada van Lovell". Empty: it does not begin with what looks like a name.
  TokenRange name_at(TokenRange tokens) const {
    std::uint32_t t = tokens.first;
    while (t < tokens.end && (is_in(t, honorific_) || (t > tokens.first && document_.word(t) == "."))) ++t;
    const std::uint32_t begin = t;
    std::uint32_t words = 0;
    for (; t < tokens.end && (t == begin || !(ends_field(t) || is_conjunction(t))); ++t) {
      const std::uint16_t shape = shape_of(t);
      const bool is_word = (shape & shape::kUpperFirst) != 0 && (shape & (shape::kAlpha | shape::kInitial)) != 0;
      const bool is_joint = document_.word(t) == "-" || document_.word(t) == "." || is_in(t, particle_);
      if (!(is_word || (is_joint && t > begin)) || t - begin >= kMostNameTokens) return {0, 0};
      words += is_word ? 1 : 0;
    }
    // "Other Attendees: …" is a label.
    const bool is_label = t < tokens.end && document_.word(t) == ":";
    if (is_label || words < 2 || words > kMostNameWords || !is_upper(t - 1)) return {0, 0};
    return {begin, t};
  }

  // "Dr. Ada van Lovell (Harborworks, chair)": the name, then "Harborworks" and "chair".
  Item item_of(TokenRange tokens) const {
    Item item;
    item.name = name_at(tokens);
    std::uint32_t t = item.name.is_empty() ? tokens.first : item.name.end;
    while (t < tokens.end && item.field_count < item.fields.size()) {
      while (t < tokens.end && (is_mark(t) || (shape_of(t) & (shape::kUrl | shape::kHandle)) != 0)) ++t;
      const std::uint32_t first = t;
      if (t < tokens.end) ++t;
      while (t < tokens.end && !ends_field(t)) ++t;
      if (t > first) item.fields[item.field_count++] = {first, t};
    }
    return item;
  }

  bool is_known(TokenRange tokens, std::span<const std::uint32_t> ends) const {
    return !tokens.is_empty() && ends[tokens.first] == tokens.end;
  }

  // Nothing speaks against a person: "Trevika Lumo", not "Vacant Seat".
  bool may_be_person(TokenRange tokens) const {
    if (tokens.is_empty() || is_known(tokens, organizations_) || is_known(tokens, places_)) return false;
    std::size_t common = 0;
    for (std::uint32_t t = tokens.first; t < tokens.end; ++t) {
      if (is_in(t, particle_) || (shape_of(t) & shape::kPunctuation) != 0) continue;
      const bool is_part_of_names = is_in(t, given_name_) || is_in(t, surname_);
      if (is_in_any(t, no_name_) && !(is_part_of_names && !is_in(t, org_head_))) return false;
      common += is_in(t, common_word_) && !is_part_of_names ? 1 : 0;
    }
    return common == 0 || (common == 1 && is_in(tokens.first, given_name_));
  }

  // "TVK": rules know no more of it than that it is in capitals.
  bool are_letters(TokenRange tokens) const {
    return tokens.end == tokens.first + 1 && (shape_of(tokens.first) & shape::kAllCaps) != 0;
  }

  // "Harborworks Lisbon": what is known, and where it is.
  bool is_branch(TokenRange tokens) const {
    const std::uint32_t end = organizations_[tokens.first];
    return end > tokens.first && end < tokens.end && places_[end] == tokens.end;
  }

  bool may_be_organization(TokenRange tokens) const {
    if (tokens.is_empty() || tokens.end - tokens.first > kMostFieldTokens || !is_upper(tokens.first)) return false;
    if (is_known(tokens, people_) || is_known(tokens, places_)) return false;
    // "PT": a country.
    if (tokens.end == tokens.first + 1 && document_.word(tokens.first).size() <= 2) return false;
    std::uint32_t common = 0, words = 0;
    for (std::uint32_t t = tokens.first; t < tokens.end; ++t) {
      // "University of Lund", "Lund & Berg", but not "Lund and Berg": that may be two.
      const bool is_word = (shape_of(t) & shape::kPunctuation) == 0;
      const bool is_joint = t > tokens.first && (!is_word || (!is_upper(t) && is_in(t, function_word_) && !is_link(t)));
      if (is_joint) continue;
      ++words;
      if (!is_upper(t) || is_in_any(t, no_organization_)) return false;
      const bool is_word_of_language = is_in(t, common_word_) && (shape_of(t) & shape::kAllCaps) == 0;
      common += is_word_of_language && !is_in(t, organization_) ? 1 : 0;
    }
    return common < words && words > 0;
  }

  bool has_lines(const Block& block) const {
    for (std::uint32_t t = block.first_token + 1; t < block.end_token; ++t) {
      if (has_flag(t, token_flag::kNewlineBefore)) return true;
    }
    return false;
  }

  std::vector<Item> lines_of(const Block& block) const {
    std::vector<Item> items;
    for (std::uint32_t begin = block.first_token; begin < block.end_token;) {
      std::uint32_t end = begin + 1;
      while (end < block.end_token && !has_flag(end, token_flag::kNewlineBefore)) ++end;
      items.push_back(item_of({begin, end}));
      begin = end;
    }
    return items;
  }

  // "Our customers", "Who uses it?", a heading or a short line right above.
  bool is_firm_heading(const Block& block) const {
    constexpr std::uint32_t kMostWords = 6;
    if (block.first_token >= block.end_token || block.end_token - block.first_token > kMostWords) return false;
    const std::uint32_t end = end_of_words(block);
    if (is_in(end - 1, firm_heading_)) return true;
    for (std::uint32_t t = block.first_token; t + 1 < end; ++t) {
      if (longest_hit(lexicons_, document_, pass_, firm_heading_, t).end_token == end) return true;
    }
    return false;
  }

  // "Gold", "Gold & Silver".
  bool is_tier(const Block& block) const {
    if (block.first_token >= block.end_token) return false;
    for (std::uint32_t t = block.first_token; t < end_of_words(block); ++t) {
      if (!is_in(t, sponsor_tier_) && !is_conjunction(t)) return false;
    }
    return true;
  }

  // Without the marks at its end.
  std::uint32_t end_of_words(const Block& block) const {
    std::uint32_t end = block.end_token;
    while (end - 1 > block.first_token && (shape_of(end - 1) & shape::kPunctuation) != 0) --end;
    return end;
  }

  bool heads_firms(std::size_t block) const {
    const std::vector<Block>& blocks = document_.blocks;
    const auto is_under = [&](std::uint32_t section) {
      return section < blocks.size() && is_firm_heading(blocks[section]);
    };
    const Block& own = blocks[block];
    if (is_under(own.section)) return true;
    if (own.section < blocks.size() && is_tier(blocks[own.section]) && is_under(blocks[own.section].section))
      return true;
    const bool has_line_above =
        block > 0 && blocks[block - 1].slide == own.slide &&
        (blocks[block - 1].kind == BlockKind::kParagraph || blocks[block - 1].kind == BlockKind::kFragment);
    if (!has_line_above) return false;
    const bool is_of_slide = own.slide < document_.slides.size() && is_under(document_.slides[own.slide].title_block);
    return is_firm_heading(blocks[block - 1]) || (is_of_slide && is_tier(blocks[block - 1]));
  }

  bool heads_firms_of(const Table& table) const {
    const auto first = std::find_if(table.cells.begin(), table.cells.end(), [](std::uint32_t c) { return c != kNone; });
    return first != table.cells.end() && heads_firms(*first);
  }

  bool has_people(const Table& table) const {
    return std::any_of(table.cells.begin(), table.cells.end(), [&](std::uint32_t cell) {
      if (cell == kNone || !document_.blocks[cell].is_extracted()) return false;
      const std::uint32_t first = document_.blocks[cell].first_token;
      return first < document_.blocks[cell].end_token && people_[first] > first;
    });
  }

  // Items that are short and look like names, unless people stand among them.
  void read_firms(const std::vector<Item>& items) {
    std::size_t people = 0, known = 0, open = 0, other = 0;
    const auto field_of = [](const Item& item) {
      return !item.name.is_empty() ? item.name : item.field_count > 0 ? item.fields[0] : TokenRange{0, 0};
    };
    for (const Item& item : items) {
      const TokenRange field = field_of(item);
      if (field.is_empty()) continue;
      if (is_known(field, people_)) {
        ++people;
      } else if (is_known(field, organizations_)) {
        ++known;
      } else {
        ++(may_be_firm(field) ? open : other);
      }
    }
    if (people > 0 || known == 0 || other > known + open) return;
    for (const Item& item : items) {
      const TokenRange field = field_of(item);
      const bool is_known_firm = !field.is_empty() && is_known(field, organizations_);
      if (!field.is_empty() && (is_known_firm ? are_letters(field) && may_be_organization(field) : may_be_firm(field)))
        found_.push_back({field, type::kOrganization, false});
    }
  }

  // Not "Alice", in a list of users, nor "Kubernetes", which is no more than a product.
  bool may_be_firm(TokenRange field) const {
    if (!may_be_organization(field)) return false;
    const bool is_word = field.end == field.first + 1;
    return !is_word ||
           !(is_in(field.first, given_name_) || (is_in(field.first, product_) && !is_in(field.first, organization_)));
  }

  // "Ada Lovell, Paul Berg and Trevika Lumo", "Ada Lovell\nPaul Berg\nTrevika Lumo": nothing but names.
  void read_names(TokenRange tokens) {
    constexpr std::uint32_t kFewestTokens = 4;
    if (tokens.is_empty() || tokens.end - tokens.first < kFewestTokens || !is_upper(tokens.first)) return;
    if (document_.word(tokens.end - 1) == ".") --tokens.end;
    std::vector<TokenRange> names;
    for (std::uint32_t t = tokens.first; t < tokens.end;) {
      const TokenRange name = name_at({t, tokens.end});
      if (name.is_empty()) return;
      names.push_back(name);
      t = name.end;
      const bool is_new_line = t < tokens.end && has_flag(t, token_flag::kNewlineBefore);
      if (t < tokens.end && !is_new_line && !parts_names(t)) return;
      while (t < tokens.end && parts_names(t)) ++t;
    }
    std::size_t likely = 0, known = 0;
    for (const TokenRange name : names) {
      likely += is_likely(name) ? 1 : 0;
      known += is_known(name, people_) ? 1 : 0;
    }
    // "Jasmine Rice, Rosemary Bread and Ginger Ale": given names alone are no people.
    if (known == 0) return;
    if (names.size() < kFewestKnown || likely * 2 < names.size()) return;
    if (names.size() == kFewestKnown && likely < names.size()) return;
    for (const TokenRange name : names) {
      const bool is_line = has_flag(name.first, token_flag::kNewlineBefore);
      if (is_line || (!is_known(name, people_) && may_be_person(name)))
        found_.push_back({name, type::kPerson, is_line});
    }
  }

  bool parts_names(std::uint32_t t) const {
    return document_.word(t) == "," || document_.word(t) == ";" || is_conjunction(t);
  }

  // Known, or begins with a given name.
  bool is_likely(TokenRange name) const {
    return is_known(name, people_) || (is_in(name.first, given_name_) && may_be_person(name));
  }

  void read(const std::vector<Item>& items) {
    if (items.size() < kFewestKnown) return;
    std::size_t people = 0, open = 0;
    for (const Item& item : items) {
      if (item.name.is_empty()) continue;
      if (is_likely(item.name)) {
        ++people;
      } else {
        open += may_be_person(item.name) ? 1 : 0;
      }
    }
    const bool is_of_people =
        people >= kFewestKnown && people * 2 >= items.size() - std::min(open, items.size() - 1) && people * 3 >= open;
    if (is_of_people) {
      for (const Item& item : items) {
        if (!item.name.is_empty() && !is_known(item.name, people_) && may_be_person(item.name))
          found_.push_back({item.name, type::kPerson, false});
      }
    }
    // Behind people, or a column of its own.
    for (std::size_t place = 0; place < kMostFields; ++place) read_field(items, place, is_of_people);
  }

  void read_field(const std::vector<Item>& items, std::size_t place, bool is_of_people) {
    const auto field_of = [&](const Item& item) {
      if (item.name.is_empty() == is_of_people || place >= item.field_count) return TokenRange{0, 0};
      return item.fields[place];
    };
    if (!is_of_people && place > 0) return;
    std::size_t known = 0, sure = 0, unknown = 0, other = 0;
    for (const Item& item : items) {
      const TokenRange field = field_of(item);
      if (field.is_empty()) continue;
      sure += is_known(field, sure_) || is_branch(field) ? 1 : 0;
      if (is_known(field, organizations_) || is_branch(field)) {
        ++known;
      } else {
        ++(may_be_organization(field) ? unknown : other);
      }
    }
    if (known < kFewestKnown || known < other || known * 3 < unknown) return;
    if (!is_of_people && known < unknown + other) return;
    for (const Item& item : items) {
      const TokenRange field = field_of(item);
      if (!field.is_empty() && may_be_organization(field) &&
          (!is_known(field, organizations_) || (sure > 0 && are_letters(field))))
        found_.push_back({field, type::kOrganization, false});
    }
  }

  const Document& document_;
  const Lexicons& lexicons_;
  const LexiconPass& pass_;
  std::span<const std::uint32_t> people_, sure_, organizations_, places_;
  LexiconId honorific_, particle_, given_name_, surname_, org_head_, organization_, common_word_, function_word_,
      role_head_, heading_part_, firm_heading_, sponsor_tier_, product_;
  AttributeId part_;
  std::array<LexiconId, 9> no_name_;
  std::array<LexiconId, 10> no_organization_;
  std::vector<RollName> found_;
};

}  // namespace

std::span<const RuleInfo> roll_rules() {
  return rule_table();
}

std::vector<RollName> find_roll_names(const Document& document, const Lexicons& lexicons, const LexiconPass& pass,
                                      const ProposedEnds& proposed) {
  return RollReader(document, lexicons, pass, proposed).run();
}

}  // namespace dossier
