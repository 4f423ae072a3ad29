// A small GTFS feed of our own: two lines, four stations, and two defects on purpose (a padded
// cell, a trip without stop times), so that the report has something to say.
import { make_zip } from './zip.mjs'

export const small_feed = () =>
  make_zip({
    'agency.txt':
      'agency_id,agency_name,agency_url,agency_timezone\nE2E,Test railway,https://example.org,Asia/Shanghai\n',
    'stops.txt': `stop_id,stop_name,stop_lat,stop_lon
AOH,上海虹桥,31.19671,121.31481
KNH, 昆山南 ,31.35640,120.96600
OHH,苏州北,31.42330,120.64190
HGH,杭州东,30.29070,120.20830
`,
    'routes.txt': `route_id,agency_id,route_short_name,route_long_name,route_type
N,E2E,G7001,上海虹桥—苏州北,101
S,E2E,G7501,上海虹桥—杭州东,101
`,
    'calendar.txt': `service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
D,1,1,1,1,1,1,1,20260101,20271231
`,
    'trips.txt': `route_id,service_id,trip_id,trip_short_name
N,D,N1,G7001
N,D,N2,G7003
S,D,S1,G7501
S,D,S2,G7503
`,
    'stop_times.txt': `trip_id,arrival_time,departure_time,stop_id,stop_sequence
N1,08:00:00,08:00:00,AOH,1
N1,08:17:00,08:19:00,KNH,2
N1,08:31:00,08:31:00,OHH,3
N2,12:00:00,12:00:00,AOH,1
N2,12:23:00,12:23:00,OHH,2
S1,09:00:00,09:00:00,AOH,1
S1,09:45:00,09:45:00,HGH,2
`
  })
