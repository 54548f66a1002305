#pragma once

#include <map>
#include <string>

#include "object.h"

namespace porthole::fakes {

class String final : public Object {
public:
	/// A constant.
	explicit String(const char* text) : Object("CFString", true), text(text) {}
	const std::string text;
};

class Boolean final : public Object {
public:
	explicit Boolean(bool value) : Object("CFBoolean", true), value(value) {}
	const bool value;
};

class Number final : public Object {
public:
	explicit Number(double value) : Object("CFNumber"), value(value) {}
	const double value;
};

class Dictionary final : public Object {
public:
	Dictionary() : Object("CFDictionary") {}
	void Clear() override;
	/// Null where there is none.
	CFTypeRef Get(CFTypeRef key) const;
	/// Retains both, in place of what was there.
	void Set(CFTypeRef key, CFTypeRef value);

private:
	std::map<CFTypeRef, CFTypeRef> entries_;
};

/// A number in a dictionary, or `otherwise`; the dictionary may be null.
double NumberIn(CFDictionaryRef dictionary, CFStringRef key, double otherwise);
/// Whether a dictionary, which may be null, has true for a key.
bool IsTrueIn(CFDictionaryRef dictionary, CFStringRef key);

}  // namespace porthole::fakes

/// Defines one of Apple's string constants.
#define PORTHOLE_FAKE_STRING(name)                                                     \
	static porthole::fakes::String& fake_##name = *new porthole::fakes::String(#name); \
	const CFStringRef name = porthole::fakes::RefOf<CFStringRef>(fake_##name)
