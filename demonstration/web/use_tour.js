/** The tour as it goes on: it hears the kiosk's frame and the boards, and outlives a reload of the page. */
import { useEffect, useState } from "preact/hooks";
import { Link } from "ui/link.js";
import { read } from "ui/read.js";
import { begun, changed, chosen, heard, looked, lost, regained, stood, took } from "./tour.js";

const KEPT = "novbe.tour";
const LOOK_MS = 3000;

const kept = () => ({ ...begun(), ...JSON.parse(sessionStorage.getItem(KEPT) || "{}") });

/** Follow the hall; gives the tour, whether the hall is heard, and what it says of itself since its last start. */
export function useTour(told) {
  const [tour, setTour] = useState(kept);
  const [isUp, setUp] = useState(true);
  const [fresh, setFresh] = useState(told);
  useEffect(() => {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...tour, away: 0 }));
  }, [tour]);
  useEffect(() => {
    const link = (isHeard) => {
      setUp(isHeard);
      setTour((before) => (isHeard ? regained : lost)(before, performance.now()));
      if (isHeard) read("/api/v1/demo").then(setFresh, () => null);
    };
    const ears = {
      link,
      snapshot: (board) => setTour((before) => stood(before, board)),
      events: (events) => setTour((before) => heard(before, events)),
    };
    const board = new Link(ears, { auth: { public: true }, path: "/api/v1/board" });
    const hearKiosk = ({ origin, data }) => {
      if (origin === location.origin && ["ticket_issued", "visit_checked_in"].includes(data?.type)) setTour((before) => took(before, data, Date.now()));
    };
    addEventListener("message", hearKiosk);
    return () => {
      board.close();
      removeEventListener("message", hearKiosk);
    };
  }, []);
  useLook(tour, isUp, setTour);
  return { tour, isUp, fresh, changedByte: () => setTour(changed), choseSpeed: () => setTour(chosen) };
}

/** While a ticket is waited for, ask its own page's question again and again. */
function useLook({ since, taken }, isUp, setTour) {
  useEffect(() => {
    if (!since || !isUp) return undefined;
    const path = `/api/v1/visits/${encodeURIComponent(taken.token)}`;
    const take = (visit) => setTour((before) => looked(before, visit, Date.now()));
    const timer = setInterval(() => read(path).then(take, () => null), LOOK_MS);
    return () => clearInterval(timer);
  }, [since, isUp]);
}
