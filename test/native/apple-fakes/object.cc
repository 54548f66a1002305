#include "object.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace porthole::fakes {

namespace {

/// All objects since the last check; never destroyed, as threads of the fakes may come late.
struct Book {
	std::mutex mutex;
	std::unordered_map<const void*, std::unique_ptr<Object>> objects;
	std::unordered_map<const void*, Object*> constants;
	std::vector<std::string> faults;
};

Book& book() {
	static Book& book = *new Book;
	return book;
}

}  // namespace

Object::Object(const char* name, bool constant) : name_(name), constant_(constant) {
	const std::lock_guard lock(book().mutex);
	if (constant) {
		book().constants[this] = this;
	} else {
		book().objects[this].reset(this);
	}
}

void Object::Retain() {
	if (!constant_) references_++;
}

void Object::Release() {
	if (constant_) return;
	const long left = --references_;
	if (left == 0) Clear();
	// corefoundation/cfrelease: a reference that is not owned must not be released.
	if (left < 0) Fault(std::string(name_) + " was released once too often");
}

void Fault(const std::string& what) {
	const std::lock_guard lock(book().mutex);
	book().faults.push_back(what);
}

Object& Find(const void* reference, const char* function) {
	Object* found = nullptr;
	{
		const std::lock_guard lock(book().mutex);
		const auto object = book().objects.find(reference);
		const auto constant = book().constants.find(reference);
		if (object != book().objects.end()) found = object->second.get();
		if (constant != book().constants.end()) found = constant->second;
	}
	if (found == nullptr) {
		std::fprintf(stderr, "%s was given no object\n", function);
		std::abort();
	}
	if (!found->alive()) Fault(std::string(function) + " was given a " + found->name() + " that was released");
	return *found;
}

std::vector<std::string> TakeFaults() {
	std::unordered_map<const void*, std::unique_ptr<Object>> objects;
	std::vector<std::string> faults;
	{
		const std::lock_guard lock(book().mutex);
		objects.swap(book().objects);
		faults.swap(book().faults);
	}
	for (auto& [address, object] : objects) {
		if (!object->alive()) continue;
		faults.push_back(std::string(object->name()) + " was never released");
		// Somebody may still use it.
		static_cast<void>(object.release());
	}
	return faults;
}

}  // namespace porthole::fakes

using porthole::fakes::Find;

CFTypeRef CFRetain(CFTypeRef cf) {
	Find(cf, "CFRetain").Retain();
	return cf;
}

void CFRelease(CFTypeRef cf) { Find(cf, "CFRelease").Release(); }
