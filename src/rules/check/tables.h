// Decision tables under check: types of cells, conditions that never hold, rules that say the same,
// hit policies, and what null does to them.
//
//   const Inferred value = check_table(table, environment, inference, report);
#pragma once

#include "rules/check/inference.h"

namespace hq::rules {

/// What the table gives. The place of the report is that of the table.
Inferred check_table(const CompiledTable& table, const Environment& names, Inference& inference,
                     Report& report);

}  // namespace hq::rules
