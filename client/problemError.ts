/** What the service says where it does not do what it was asked. */
import type {
  ForbiddenProblem,
  InternalProblem,
  InvalidRequestProblem,
  NotFoundProblem,
  PayloadTooLargeProblem,
  StaleDataProblem,
  StorageUnavailableProblem,
  UnauthenticatedProblem,
} from "./types.js";

/** A union on `code`. `staleData` holds the whole answer, with the ages of all calendars. */
export type Problem =
  | InvalidRequestProblem
  | UnauthenticatedProblem
  | ForbiddenProblem
  | NotFoundProblem
  | PayloadTooLargeProblem
  | StaleDataProblem
  | StorageUnavailableProblem
  | InternalProblem;

/** Thrown for every answer that is a problem; the last one, where the request was repeated. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: Problem["code"];
  readonly status: number;
  /** All that the service says. */
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
  }
}

/** Thrown for an answer that is not the service's own: a proxy's, the platform's, or another service's altogether. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  readonly status: number;

  constructor(status: number) {
    super(`an answer with status ${status} that is none of the service's; is the base URL right?`);
    this.status = status;
  }
}

/** What a body says where it is a problem of the service. */
export function problemIn(body: unknown): Problem | undefined {
  const isProblem = typeof body === "object" && body !== null && "code" in body && "detail" in body && "status" in body;
  return isProblem ? (body as Problem) : undefined;
}
