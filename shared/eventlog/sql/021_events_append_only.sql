create trigger append_only before update or delete on log.events
    for each row execute function log.refuse_change();
create trigger never_emptied before truncate on log.events
    for each statement execute function log.refuse_change();
create trigger one_turn before insert or update or delete on log.turn
    for each row execute function log.refuse_change();
create trigger never_emptied before truncate on log.turn
    for each statement execute function log.refuse_change();
