/* By which Python is sure that it means the same by each struct: sizes in bytes, of the settings in numbers. */
#include "smoothers.h"

#define NUMBERS(settings) (int)(sizeof(settings) / sizeof(double))

EXPORTED const int sizes[] = {
    sizeof(SumsCall),      sizeof(TiltCall),      sizeof(HeldCall),          sizeof(HeightsCall),
    NUMBERS(TiltSettings), NUMBERS(DropSettings), NUMBERS(StandingSettings), NUMBERS(CalmSettings),
    QUANTITIES,            BAND,                  SIDES,
};
