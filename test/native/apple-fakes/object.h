#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <atomic>
#include <exception>
#include <string>
#include <vector>

// Fakes of Apple's C frameworks for Linux, written from Apple's documentation; each rule names its page, below
// https://developer.apple.com/documentation/. They are no simulation of a Mac: they do what the documentation allows at
// the worst moment, and write down what it forbids.

namespace porthole::fakes {

/// An object of CoreFoundation. It starts with one reference; released for good, it gives up what it holds but stays in
/// memory until `ForgetDead`, so that whoever still uses it is found out.
class Object {
public:
	/// `constant`: never released for good, as named constants are.
	explicit Object(const char* name, bool constant = false);
	virtual ~Object() = default;
	Object(const Object&) = delete;
	Object& operator=(const Object&) = delete;

	const char* name() const { return name_; }
	void Retain();
	void Release();
	bool alive() const { return references_ > 0; }

	/// Gives up what it holds; called once, when the last reference is gone.
	virtual void Clear() {}

private:
	const char* const name_;
	const bool constant_;
	std::atomic<long> references_{1};
};

/// Writes down that a rule was broken.
void Fault(const std::string& what);

/// The object behind a reference; ends the program when there never was one. One that was released is a fault.
Object& Find(const void* reference, const char* function);

/// The same, of one class.
template <typename Kind>
Kind& As(const void* reference, const char* function) {
	Kind* found = dynamic_cast<Kind*>(&Find(reference, function));
	if (found != nullptr) return *found;
	Fault(std::string(function) + " was given something else than it takes");
	std::terminate();
}

/// The reference that CoreFoundation's functions take and give.
template <typename Ref>
Ref RefOf(const Object& object) {
	return reinterpret_cast<Ref>(const_cast<Object*>(&object));
}

/// Rules that were broken, and objects that nobody has released, since this was asked last.
std::vector<std::string> TakeFaults();

}  // namespace porthole::fakes
