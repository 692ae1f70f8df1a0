// statistic_cells.h - writes and reads the value column of statistic tables: one exact form a language.
//
//   {>= 40000000 noun "CPU cores"}   it "≥ 40.000.000 CPU cores"      en "≥ 40,000,000 CPU cores"
//   {~ 3600000000000 USD}            it "~ 3.600.000.000.000 USD"     {33 % up}  "↑ 33%"     {2..4 x}  "2–4x"
//
// Digits are never rounded or scaled, so that reading gives back the number. What a cell does not hold: the scale word
// of the source, the kind where the unit does not tell it (read as a count), the singular of a counted noun.
// Not here: statistics in running text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grammars/page_labels.h"
#include "pipeline/values.h"

namespace dossier {

std::string print_statistic(const Statistic& statistic, const PageLabels& labels, std::string_view language);
// nullopt: not of this form.
std::optional<Statistic> read_statistic(std::string_view cell, const PageLabels& labels, std::string_view language);

}  // namespace dossier
