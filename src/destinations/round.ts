/** To three decimals: no dust such as 0.30000000000000004. */
export const round = (value: number): number => +value.toFixed(3);
