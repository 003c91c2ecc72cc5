/** Which desk: free ones are opened by one press, another's is taken over by two. */
import { useEffect, useState } from "preact/hooks";
import { LinkNotice, Question, Refusal, Said } from "ui/components.js";
import { readDesks } from "ui/hall_names.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** The hall's desks as buttons. */
export function ChooseDesk({ work, names, operator }) {
  const desks = useDesks(work);
  const [taken, setTaken] = useState(null);
  const open = async (desk, takeOver = false) => {
    setTaken(null);
    await work.act({ type: "open_desk", desk: desk.number, ...(takeOver && { take_over: true }) });
    work.link.join();
  };
  const press = (desk, event) => {
    if (!work.isReady || !work.isNewPress(event)) return undefined;
    return isOthers(desk, operator) ? setTaken(desk) : open(desk);
  };
  return html`<section class="choose">
    <h1>${t("Which desk is yours today?")}</h1>
    <${LinkNotice} isUp=${work.isUp} sentence=${t("No link to the hall. Trying again…")} />
    <${Refusal} sentence=${work.refusal} dismiss=${work.forgive} />
    <ul class="desks">
      ${desks.map((desk) => html`<${DeskChoice} key=${desk.number} ...${{ desk, names, operator, work, press }} />`)}
    </ul>
    <${Said} sentence=${work.said} />
    ${taken && html`<${TakeOver} desk=${taken} close=${() => setTaken(null)} confirm=${() => open(taken, true)} />`}
  </section>`;
}

const isOthers = (desk, operator) => desk.state !== "closed" && desk.operator && desk.operator !== operator.id;

/** The desks as they are now; read again when the hall says that something changed, and each 10 s. */
function useDesks(work) {
  const [desks, setDesks] = useState([]);
  useEffect(() => {
    const ask = () => readDesks().then(setDesks).catch(() => null);
    ask();
    const timer = setInterval(ask, 10000);
    return () => clearInterval(timer);
  }, [work.desk, work.isUp, work.refusal]);
  return desks;
}

function DeskChoice({ desk, names, operator, work, press }) {
  const isTaken = isOthers(desk, operator);
  return html`<li>
    <button type="button" class=${isTaken ? "desk taken" : "desk"} disabled=${!work.isReady} onClick=${(event) => press(desk, event)}>
      <span class="desk-number"><bdi>${desk.number}</bdi></span>
      <span class="desk-facts">
        <span>${isTaken ? takenBy(desk) : t("Free")}</span>
        <span class="soft">${[desk.zone && names.zone(desk.zone), desk.queues.join(" ")].filter(Boolean).join(" · ")}</span>
      </span>
    </button>
  </li>`;
}

const takenBy = (desk) => (desk.operator_name ? t("Taken by {name}", { name: desk.operator_name }) : t("Taken"));

function TakeOver({ desk, close, confirm }) {
  const question = t("Take over desk {desk}?", { desk: desk.number });
  return html`<${Question} title=${question} close=${close}>
    <p>${whose(desk)}</p>
    <p>${desk.ticket ? visitorThere(desk) : t("Nobody is being served there.")}</p>
    <p class="soft">${t("The other operator is told at once; the hall's log keeps it.")}</p>
    <div class="row">
      <button type="button" class="main" onClick=${confirm}>${t("Take over")}</button>
      <button type="button" class="next" onClick=${close}>${t("Leave it")}</button>
    </div>
  <//>`;
}

function whose({ operator_name: name }) {
  return name ? t("{name} has this desk open.", { name }) : t("Another operator has this desk open.");
}

/** The visitor whom the new operator inherits. */
function visitorThere({ ticket, ticket_state: state }) {
  return state === "serving"
    ? t("{ticket} is being served there: the visitor becomes yours.", { ticket })
    : t("{ticket} has been called there: the visitor becomes yours.", { ticket });
}
