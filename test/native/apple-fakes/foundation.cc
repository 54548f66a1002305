#include "foundation.h"

#include <cstring>

namespace fakes = porthole::fakes;
using fakes::As;
using fakes::Dictionary;
using fakes::Fault;
using fakes::Find;
using fakes::Number;
using fakes::RefOf;
using fakes::String;

struct CFDictionaryKeyCallBacks {
	int unused;
};
struct CFDictionaryValueCallBacks {
	int unused;
};

extern const CFDictionaryKeyCallBacks kCFTypeDictionaryKeyCallBacks{};
extern const CFDictionaryValueCallBacks kCFTypeDictionaryValueCallBacks{};
extern const CFAllocatorRef kCFAllocatorDefault = nullptr;

static fakes::Boolean& fake_true = *new fakes::Boolean(true);
static fakes::Boolean& fake_false = *new fakes::Boolean(false);
extern const CFBooleanRef kCFBooleanTrue = RefOf<CFBooleanRef>(fake_true);
extern const CFBooleanRef kCFBooleanFalse = RefOf<CFBooleanRef>(fake_false);

namespace porthole::fakes {

void Dictionary::Clear() {
	for (const auto& [key, value] : entries_) {
		CFRelease(key);
		CFRelease(value);
	}
	entries_.clear();
}

CFTypeRef Dictionary::Get(CFTypeRef key) const {
	const auto found = entries_.find(key);
	return found == entries_.end() ? nullptr : found->second;
}

void Dictionary::Set(CFTypeRef key, CFTypeRef value) {
	CFRetain(key);
	CFRetain(value);
	if (const CFTypeRef before = Get(key)) {
		CFRelease(key);
		CFRelease(before);
	}
	entries_[key] = value;
}

double NumberIn(CFDictionaryRef dictionary, CFStringRef key, double otherwise) {
	if (dictionary == nullptr) return otherwise;
	const CFTypeRef value = As<Dictionary>(dictionary, "CFDictionaryGetValue").Get(key);
	return value == nullptr ? otherwise : As<Number>(value, "CFNumberGetValue").value;
}

bool IsTrueIn(CFDictionaryRef dictionary, CFStringRef key) {
	return dictionary != nullptr && As<Dictionary>(dictionary, "CFDictionaryGetValue").Get(key) == kCFBooleanTrue;
}

}  // namespace porthole::fakes

CFNumberRef CFNumberCreate(CFAllocatorRef, CFNumberType type, const void* value) {
	// corefoundation/cfnumbercreate(_:_:_:): the type tells what the pointer leads to.
	if (type == kCFNumberSInt32Type) {
		std::int32_t number;
		std::memcpy(&number, value, sizeof number);
		return RefOf<CFNumberRef>(*new Number(number));
	}
	if (type == kCFNumberFloat64Type) {
		double number;
		std::memcpy(&number, value, sizeof number);
		return RefOf<CFNumberRef>(*new Number(number));
	}
	Fault("CFNumberCreate was given a type that is not expected");
	return nullptr;
}

CFDictionaryRef CFDictionaryCreate(CFAllocatorRef, const void** keys, const void** values, CFIndex count,
	const CFDictionaryKeyCallBacks* key_callbacks, const CFDictionaryValueCallBacks* value_callbacks) {
	// corefoundation/cfdictionarycreate(_:_:_:_:_:_:): without these a dictionary retains nothing.
	if (key_callbacks != &kCFTypeDictionaryKeyCallBacks || value_callbacks != &kCFTypeDictionaryValueCallBacks) {
		Fault("CFDictionaryCreate was given callbacks that do not retain");
	}
	auto& dictionary = *new Dictionary;
	for (CFIndex index = 0; index < count; index++) dictionary.Set(keys[index], values[index]);
	return RefOf<CFDictionaryRef>(dictionary);
}

::Boolean CFEqual(CFTypeRef one, CFTypeRef other) {
	Find(one, "CFEqual");
	Find(other, "CFEqual");
	return one == other;
}

CFIndex CFStringGetLength(CFStringRef text) {
	return static_cast<CFIndex>(As<String>(text, "CFStringGetLength").text.size());
}

CFIndex CFStringGetMaximumSizeForEncoding(CFIndex length, CFStringEncoding) { return length * 3; }

::Boolean CFStringGetCString(CFStringRef text, char* buffer, CFIndex size, CFStringEncoding encoding) {
	const std::string& bytes = As<String>(text, "CFStringGetCString").text;
	// corefoundation/cfstringgetcstring(_:_:_:_:): false where the buffer is too small, its end included.
	if (encoding != kCFStringEncodingUTF8 || static_cast<CFIndex>(bytes.size()) + 1 > size) return 0;
	std::memcpy(buffer, bytes.c_str(), bytes.size() + 1);
	return 1;
}
