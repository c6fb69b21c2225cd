/* By which a library is told that was compiled from other files than those beside it. */
#include "smoothers.h"

#ifndef SOURCES
#define SOURCES 0
#endif

EXPORTED unsigned sources(void) { return SOURCES; }
