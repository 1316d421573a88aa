// The package's own types do not compile under this project's settings; what is used of it is told beside this file.
import ICAL from "ical.js";

/** The busy times of the first VFREEBUSY in an iCalendar text, in their order. */
export function freeBusyOf(text) {
  const object = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vfreebusy");
  return object.getAllProperties("freebusy").map((property) => {
    const period = property.getFirstValue();
    const [start, end] = [period.start, period.getEnd()].map((time) => time.toJSDate().toISOString());
    return { type: property.getFirstParameter("fbtype"), start, end };
  });
}
