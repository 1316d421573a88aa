export function freeBusyOf(
  text: string,
): readonly { readonly type: string; readonly start: string; readonly end: string }[];
