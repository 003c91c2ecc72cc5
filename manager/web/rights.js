/** Who sees which act; the server's own table decides (server/domain/rights.py), and a test compares the two. */
const MANAGING = ["manager", "admin"];
const ABOVE = ["lead", ...MANAGING];
const FLOOR = ["greeter", ...ABOVE];

/** Commands by their type, and the calls that are no commands. */
export const MAY = {
  open_day: MANAGING,
  close_day: MANAGING,
  stop_issuing: ABOVE,
  resume_issuing: ABOVE,
  lift_closing_limit: ABOVE,
  configure: MANAGING,
  pause_hall: ABOVE,
  resume_hall: ABOVE,
  suspend_service: ABOVE,
  resume_service: ABOVE,
  assign_desk: MANAGING,
  release_ticket: ABOVE,
  close_desk: ABOVE,
  announce: ABOVE,
  withdraw_announcement: ABOVE,
  answer_help: FLOOR,
  confirm_jump: ABOVE,
  see: ["inspector", ...FLOOR],
  check: ABOVE,
  people: MANAGING,
  devices: MANAGING,
};

/** Whether this operator may. */
export const may = (operator, act) => MAY[act].includes(operator.role);
