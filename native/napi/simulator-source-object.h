#pragma once

#include <memory>

#include "napi/source-object.h"
#include "simulator/simulator-source.h"

namespace porthole {

/// `SimulatorSource` of `server/native/addon.ts`.
class SimulatorSourceObject : public SourceObject<SimulatorSourceObject, SimulatorSource> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit SimulatorSourceObject(const Napi::CallbackInfo& info);

private:
	void ExpectDamage(const Napi::CallbackInfo& info);
	Napi::Value Snapshot(const Napi::CallbackInfo& info);
};

}  // namespace porthole
