/** What went wrong, as a sentence. */
import { ApiError, NetworkError } from "../core/api.js";
import { t } from "./i18n.js";

/** @param {unknown} error @returns {string} */
export function sentenceOf(error) {
  if (error instanceof NetworkError)
    return t("There is no connection. Please try again when you are online.");
  if (!(error instanceof ApiError)) return t("That did not work. Please try again.");
  const [first] = Object.values(error.errors);
  return first || error.detail || t("That did not work. Please try again.");
}

/** Why a message was not sent. @param {import("../core/types.js").PendingError | null} error */
export function failureOf(error) {
  const ofFiles = fileFailure(error?.code ?? "");
  if (ofFiles) return t("Not sent. {reason}", { reason: ofFiles });
  if (!error?.status || error.status >= 500) return t("Not sent. The server did not answer.");
  if (error.status === 404 || error.status === 403) return t("Not sent. You cannot write in this room.");
  return error.detail
    ? t("Not sent. {reason}", { reason: error.detail })
    : t("Not sent. The server refused it.");
}

/** @param {string} code */
function fileFailure(code) {
  if (code === "file_lost") return t("A file of it is not in this browser any more. Attach it again.");
  if (code === "uploads_paused") return t("The server's disk is nearly full, so it takes no files.");
  return "";
}

/** Whether there is no such thing for me. @param {unknown} error */
export const isMissing = error => error instanceof ApiError && error.status === 404;
