// The route engine: timetables in, journeys out. Everything a user of it needs.
//
// A reader makes a Feed; compile() makes an image; Timetable maps it; DayView lays out a date;
// Router answers. Pure: no clock, no socket, no threads of its own.
//
//   HQ_TRY(auto timetable, Timetable::open("hub.hqt"));
//   HQ_TRY(auto day, DayView::build(timetable, date, {}));
//   HQ_TRY(auto answer, Router().journeys(*day, {.from = {{a}}, .to = {{b}}, .time_s = 28800}));
#pragma once

#include "route/compile.h"    // Feed -> image
#include "route/day_view.h"   // the runs around one date
#include "route/feed.h"       // a timetable as published
#include "route/journey.h"    // legs
#include "route/query.h"      // questions, rules, answers
#include "route/report.h"     // what a reader met
#include "route/router.h"     // the search
#include "route/timetable.h"  // the compiled image
