export { type CheckedFetch, createCheckedFetch } from "./checked-fetch.ts";
export { type ContractChecker, ContractViolation, createContractChecker, type Exchange } from "./checker.ts";
export { loadContract, type VendorContract, type VendorOperation } from "./vendor-contract.ts";
