#pragma once

#include "../check/check-list.h"

namespace porthole::check {

void RunSeedChecks(CheckList& checks);
void RunConversionChecks(CheckList& checks);
void RunEncoderChecks(CheckList& checks);
void RunCoderChecks(CheckList& checks);
void RunSurfaceChecks(CheckList& checks);
void RunTroubleChecks(CheckList& checks);

}  // namespace porthole::check
