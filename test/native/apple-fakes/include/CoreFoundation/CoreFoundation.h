// Compilers that know no frameworks find the declarations here.
#include "../../../macos/frameworks/CoreFoundation.framework/Headers/CoreFoundation.h"
