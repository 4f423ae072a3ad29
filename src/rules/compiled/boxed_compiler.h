// BoxedCompiler: boxed expressions to nodes, the FEEL in them by a FeelCompiler.
//
// Lives while one element of a model is compiled; one thread. The program has to outlive what is
// made: tables refer to it.
//
//   BoxedCompiler boxed(compiler, options);
//   const Code code = boxed.code(*element.logic, element.type);
#pragma once

#include "rules/compiled/coercion.h"
#include "rules/compiled/feel_compiler.h"
#include "rules/dmn/compile.h"

namespace hq::rules {

class BoxedCompiler {
 public:
  /// Of the options only find_type counts.
  BoxedCompiler(FeelCompiler& compiler, const EvaluationOptions& options)
      : compiler_(compiler), options_(options) {}

  Coercion coercion(const TypePtr& type) const { return Coercion(type, options_); }

  /// The value of a box, coerced to its own type and then to `type`.
  Code code(const Logic& logic, const TypePtr& type);
  /// Null with a report where the box is missing.
  Made part(const LogicPtr& logic);
  Made feel(const Feel& feel);
  /// Coerced, unless it is the name of what is of that type already.
  Made feel_as(const Feel& feel, const TypePtr& type);
  Made coerced(Made made, const TypePtr& type);

 private:
  Made plain(const Logic& logic);
  Block block(const LogicPtr& logic);

  // boxed_values.cpp
  Made context(const Logic& logic);
  Made list(const Logic& logic);
  Made relation(const Logic& logic);
  Made invocation(const Logic& logic);
  Made conditional(const Logic& logic);
  Made function(const Logic& logic);

  // boxed_loops.cpp
  Made loop(const Logic& logic);

  // boxed_table.cpp
  Made table(const CompiledTable& table);

  FeelCompiler& compiler_;
  const EvaluationOptions& options_;
};

}  // namespace hq::rules
