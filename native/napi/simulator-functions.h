#pragma once

#include <napi.h>

namespace porthole {

/// `probeSimulators` of `server/native/simulator.ts`.
Napi::Value ProbeSimulatorsForJs(const Napi::CallbackInfo& info);

/// `renderPdf` of `server/native/simulator.ts`.
Napi::Value RenderPdfForJs(const Napi::CallbackInfo& info);

}  // namespace porthole
