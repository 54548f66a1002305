#pragma once

#include "source-object.h"
#include "x11-source.h"

namespace porthole {

/// `X11Source` of `server/native/addon.ts`.
class X11SourceObject : public SourceObject<X11SourceObject, X11Source> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit X11SourceObject(const Napi::CallbackInfo& info);

private:
	void ExpectDamage(const Napi::CallbackInfo& info);
};

}  // namespace porthole
