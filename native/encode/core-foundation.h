#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace porthole {

/// Owns one reference to a CoreFoundation object, of whatever framework.
template <typename Ref>
// NOLINTNEXTLINE(cppcoreguidelines-special-member-functions): one assignment, by value, copies and moves.
class CfRef {
public:
	CfRef() = default;
	CfRef(const CfRef& other) : ref_(other.ref_) { Retain(); }
	CfRef(CfRef&& other) noexcept : ref_(std::exchange(other.ref_, nullptr)) {}
	CfRef& operator=(CfRef other) noexcept {
		std::swap(ref_, other.ref_);
		return *this;
	}
	~CfRef() { Reset(); }

	/// Takes over the reference that a function named Create or Copy gave.
	static CfRef Adopt(Ref ref) {
		CfRef owned;
		owned.ref_ = ref;
		return owned;
	}

	/// Takes one more reference to what a function named Get gave; may be null.
	static CfRef Share(Ref ref) {
		CfRef owned = Adopt(ref);
		owned.Retain();
		return owned;
	}

	Ref get() const { return ref_; }
	explicit operator bool() const { return ref_ != nullptr; }

	/// For functions that write a new object through a pointer.
	Ref* out() {
		Reset();
		return &ref_;
	}

	void Reset() {
		if (Ref ref = std::exchange(ref_, nullptr)) CFRelease(ref);
	}

private:
	void Retain() {
		if (ref_ != nullptr) CFRetain(ref_);
	}

	Ref ref_ = nullptr;
};

CfRef<CFNumberRef> CfNumber(std::int32_t value);
CfRef<CFNumberRef> CfNumber(double value);

inline CFBooleanRef CfBoolean(bool value) { return value ? kCFBooleanTrue : kCFBooleanFalse; }

/// A dictionary that retains what is in it.
CfRef<CFDictionaryRef> CfDictionary(std::initializer_list<std::pair<CFStringRef, CFTypeRef>> entries);

/// The text of a string in UTF-8.
std::string CfText(CFStringRef text);

/// A status of VideoToolbox or CoreVideo in words, such as "-12915, the encoder is not available now".
std::string StatusText(OSStatus status);

}  // namespace porthole
