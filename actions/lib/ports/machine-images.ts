/** What the verbs need of the images that AWS offers for machines. */
export type MachineImages = {
  /**
   * The image that AWS recommends now, e.g. `ami-0123456789abcdef0`.
   * @param parameter name of the public parameter of AWS Systems Manager that holds its id
   * @throws Failure `NoMachineImage` when AWS has none
   */
  recommended(parameter: string): Promise<string>;
};
