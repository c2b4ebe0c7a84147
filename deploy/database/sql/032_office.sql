grant select on clock.driven to juqu_office;
