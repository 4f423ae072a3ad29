"""The service days of the plan.

The listing gives no dates. DAILY runs every day; PEAK (trains marked as peak line trains) is laid
on Monday, Friday, Saturday and Sunday; HOLIDAY (extra trains, known by their number range) on the
days round the public holidays. The holidays of 2024 to 2026 are those of the yearly notices of
the General Office of the State Council, each with the evening before; those of 2027 are assumed
from the calendar. That the extra trains run on just these days is derived, not published.
"""
import datetime

START, END = '20240601', '20271231'
SERVICES = (('DAILY', '1,1,1,1,1,1,1', 'derived'), ('PEAK', '1,0,0,0,1,1,1', 'derived'),
            ('HOLIDAY', '0,0,0,0,0,0,0', 'derived'))
# First and last day of each holiday, and where the dates come from.
HOLIDAYS = (
    ('2024-06-08', '2024-06-10', 'notice'), ('2024-09-15', '2024-09-17', 'notice'),
    ('2024-10-01', '2024-10-07', 'notice'), ('2025-01-01', '2025-01-01', 'notice'),
    ('2025-01-28', '2025-02-04', 'notice'), ('2025-04-04', '2025-04-06', 'notice'),
    ('2025-05-01', '2025-05-05', 'notice'), ('2025-05-31', '2025-06-02', 'notice'),
    ('2025-10-01', '2025-10-08', 'notice'), ('2026-01-01', '2026-01-03', 'notice'),
    ('2026-02-15', '2026-02-23', 'notice'), ('2026-04-04', '2026-04-06', 'notice'),
    ('2026-05-01', '2026-05-05', 'notice'), ('2026-06-19', '2026-06-21', 'notice'),
    ('2026-09-25', '2026-09-27', 'notice'), ('2026-10-01', '2026-10-07', 'notice'),
    ('2027-01-01', '2027-01-03', 'assumed'), ('2027-02-05', '2027-02-12', 'assumed'),
    ('2027-04-03', '2027-04-05', 'assumed'), ('2027-05-01', '2027-05-05', 'assumed'),
    ('2027-06-09', '2027-06-09', 'assumed'), ('2027-09-15', '2027-09-15', 'assumed'),
    ('2027-10-01', '2027-10-07', 'assumed'))


def holiday_dates():
    """Sorted [(YYYYMMDD, basis)] of all days with extra trains, the eves included."""
    out = {}
    for first, last, basis in HOLIDAYS:
        day = datetime.date.fromisoformat(first) - datetime.timedelta(days=1)
        while day <= datetime.date.fromisoformat(last):
            out.setdefault(day.strftime('%Y%m%d'), basis)
            day += datetime.timedelta(days=1)
    return sorted(out.items())


def write_calendar(out, write):
    """Writes calendar.csv and calendar_dates.csv with the given writer."""
    write(out, 'calendar.csv', 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,'
          'sunday,start_date,end_date,basis',
          [[s, *flags.split(','), START, END, basis] for s, flags, basis in SERVICES])
    write(out, 'calendar_dates.csv', 'service_id,date,exception_type,basis',
          [['HOLIDAY', day, 1, basis] for day, basis in holiday_dates()])
