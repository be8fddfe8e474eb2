// The same questions as the kiosk's, on SurveyJS with its React renderer, as its makers
// describe it. `?quiet` turns off what makes it wait: animations, and the delay with
// which it goes on after a tap.
import { createRoot } from "react-dom/client";
import { Model, settings } from "survey-core";
import { Survey } from "survey-react-ui";
import "survey-core/survey-core.min.css";

if (location.search === "?quiet") {
  settings.animationEnabled = false;
  settings.autoAdvanceDelay = 0;
}

const survey = new Model(window.QUESTIONS);

window.speak = (language) => {
  document.dir = ["ar", "ur"].includes(language) ? "rtl" : "ltr";
  survey.locale = language;
};

window.again = () => survey.clear(true, true);

createRoot(document.getElementById("page")).render(<Survey model={survey} />);
